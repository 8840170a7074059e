"""What all who ask a provider have in common."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A row for each provider, from which processes take the moments of their requests."""
    op.create_table(
        "provider_rates",
        sa.Column("provider", sa.String(32), primary_key=True),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("given_up", sa.String(200)),
    )
