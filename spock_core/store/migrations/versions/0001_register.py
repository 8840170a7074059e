"""The register: listings, observations and classifications."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The register: listings, observations and classifications."""
    op.create_table(
        "tickers",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
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
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("first_seen_at", sa.DateTime, nullable=False),
        sa.Column("last_seen_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_tickers_yahoo_symbol", "tickers", ["yahoo_symbol"])
    op.create_table(
        "stock_details",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
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
        sa.Column("enriched_at", sa.DateTime),
        sa.Column("last_updated", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
    op.create_index("ix_stock_details_sector_code", "stock_details", ["sector_code"])
    op.create_table(
        "observations",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("observed_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
