"""What need not be asked or concluded again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Rests of providers, why a stock is unknown, and regions of which all is concluded; screens
    of several sources."""
    op.create_table(
        "provider_rests",
        sa.Column("provider", sa.String(32), primary_key=True),
        sa.Column("rests_until", sa.DateTime, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("noted_at", sa.DateTime, nullable=False),
    )
    column = sa.Column("because", sa.String(16), nullable=False, server_default="answered")
    op.add_column("unknowns", column)
    op.create_table(
        "settled",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("oldest", sa.DateTime),
    )
    op.drop_table("screens")  # it holds plans under way alone: the next run makes its own
    op.create_table(
        "screens",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("industry", sa.String(64), primary_key=True),
        sa.Column("exchanges", sa.String(400), primary_key=True),
        sa.Column("planned_at", sa.DateTime, nullable=False),
        sa.Column("asked_at", sa.DateTime),
    )
