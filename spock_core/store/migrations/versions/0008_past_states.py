"""What the register said before: the states of stocks until they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Past states, and which runs kept them."""
    op.create_table(
        "past_states",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
        sa.Column("until", sa.DateTime, primary_key=True),
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
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
    op.add_column(
        "runs", sa.Column("keeps_history", sa.Boolean, nullable=False, server_default="0")
    )
