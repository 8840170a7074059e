"""The view `stocks`, and how sure the industry of a stock is.

`env.py` makes the views when the last migration is through.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import inspect

from spock_core.domain.errors import StoreError

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Refuses a table or view of the name that is somebody else's."""
    if inspect(op.get_bind()).has_table("stocks"):
        raise StoreError(
            "the register already has a table or view `stocks` that Spock did not make: rename it"
        )
    op.add_column("stock_details", sa.Column("industry_confidence", sa.Float))
