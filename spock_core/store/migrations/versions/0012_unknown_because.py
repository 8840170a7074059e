"""Why it is believed that a source does not know a stock."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Until now each was asked about by a request of its own, and answered."""
    column = sa.Column("because", sa.String(16), nullable=False, server_default="answered")
    op.add_column("unknowns", column)
