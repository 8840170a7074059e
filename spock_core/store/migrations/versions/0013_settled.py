"""What regions were like when they were last classified to their end."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """What regions were like when they were last classified to their end."""
    op.create_table(
        "settled",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("oldest", sa.DateTime),
    )
