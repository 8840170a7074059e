"""Until when providers asked to be left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Until when providers asked to be left alone."""
    op.create_table(
        "provider_rests",
        sa.Column("provider", sa.String(32), primary_key=True),
        sa.Column("rests_until", sa.DateTime, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("noted_at", sa.DateTime, nullable=False),
    )
