"""Screens that failed while others were answered, and when each is asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """They are asked again later and later."""
    op.create_table(
        "failed_screens",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("industry", sa.String(64), primary_key=True),
        sa.Column("exchanges", sa.String(400), primary_key=True),
        sa.Column("because", sa.String(16), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("ask_again_at", sa.DateTime, nullable=False),
    )
