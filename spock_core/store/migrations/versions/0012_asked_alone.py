"""Which of the stocks that a source does not know were asked about by requests of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Until now all were."""
    column = sa.Column("asked_alone", sa.Boolean, nullable=False, server_default="1")
    op.add_column("unknowns", column)
