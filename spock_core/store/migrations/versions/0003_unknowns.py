"""What a provider was asked and does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What a provider was asked and does not know."""
    op.create_table(
        "unknowns",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("ask_again_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
