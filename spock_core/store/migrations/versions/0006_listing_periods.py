"""Listing periods: what was known of the instruments that a key stood for before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Listing periods, and the count of keys that passed to another instrument in a run."""
    op.create_table(
        "listing_periods",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
        sa.Column("period", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(200)),
        sa.Column("name_local", sa.String(200)),
        sa.Column("exchange", sa.String(4), nullable=False),
        sa.Column("kis_exchange", sa.String(3)),
        sa.Column("yahoo_symbol", sa.String(40)),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("asset_type", sa.String(16), nullable=False),
        sa.Column("security_type", sa.String(32), nullable=False),
        sa.Column("lot_size", sa.Integer, nullable=False),
        sa.Column("kis_sector_code", sa.String(3)),
        sa.Column("data_source", sa.String(32), nullable=False),
        sa.Column("first_seen_at", sa.DateTime, nullable=False),
        sa.Column("last_seen_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("sector", sa.String(64)),
        sa.Column("sector_code", sa.String(2)),
        sa.Column("industry_group", sa.String(64)),
        sa.Column("industry_group_code", sa.String(4)),
        sa.Column("industry", sa.String(64)),
        sa.Column("industry_code", sa.String(6)),
        sa.Column("is_spac", sa.Boolean),
        sa.Column("is_preferred", sa.Boolean),
        sa.Column("par_value", sa.Float),
        sa.Column("sector_source", sa.String(32)),
        sa.Column("sector_confidence", sa.Float),
        sa.Column("industry_source", sa.String(32)),
        sa.Column("industry_confidence", sa.Float),
        sa.Column("enriched_at", sa.DateTime),
        sa.Column("observations", sa.Text),
        sa.Column("identifiers", sa.Text),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
    op.add_column(
        "run_regions",
        sa.Column("listed_passed", sa.Integer, nullable=False, server_default="0"),
    )
