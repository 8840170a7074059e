"""Kinds of securities that registers' tables state in place of what the list says."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds what the list said of a listing whose kind a register's table decides."""
    op.add_column("tickers", sa.Column("listed_asset_type", sa.String(16)))
    op.add_column("tickers", sa.Column("listed_security_type", sa.String(32)))
    op.create_table(
        "decided_kinds",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("code", sa.String(64), nullable=False),
    )
