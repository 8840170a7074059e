"""The identifiers of earlier listing periods."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The identifiers of earlier listing periods."""
    op.add_column("listing_periods", sa.Column("identifiers", sa.Text))
