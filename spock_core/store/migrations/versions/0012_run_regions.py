"""Several runs at once: which run has which regions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The regions of each run; those of earlier ones, which had a register alone, are not known."""
    op.add_column("runs", sa.Column("regions", sa.Text))
