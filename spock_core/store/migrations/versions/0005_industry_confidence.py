"""How sure the industry of a stock is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """How sure the industry of a stock is."""
    op.add_column("stock_details", sa.Column("industry_confidence", sa.Float))
