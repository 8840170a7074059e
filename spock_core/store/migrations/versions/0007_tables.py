"""What registers' tables say: their versions, identifiers, and the kinds that they state."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Table sources, the versions of their files, identifiers and kinds of listings."""
    op.create_table(
        "table_sources",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("matched", sa.Integer, nullable=False),
        sa.Column("applied_at", sa.DateTime),
        sa.Column("checked_at", sa.DateTime),
        sa.Column("failing_since", sa.DateTime),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "table_files",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("etag", sa.String(200)),
        sa.Column("last_modified", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "identifiers",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("ticker", sa.String(32), primary_key=True),
        sa.Column("scheme", sa.String(8), primary_key=True),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("observed_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
    op.add_column("tickers", sa.Column("isin", sa.String(12)))
    op.create_index("ix_identifiers_value", "identifiers", ["value"])
    op.add_column("tickers", sa.Column("listed_asset_type", sa.String(16)))
    op.add_column("tickers", sa.Column("listed_security_type", sa.String(32)))
    op.create_table(
        "decided_kinds",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("code", sa.String(64), nullable=False),
    )
