"""The view `stocks`. `env.py` makes the views when the last migration is through."""

from alembic import op
from sqlalchemy import inspect

from spock_core.domain.errors import StoreError

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Refuses a table or view of this name that is somebody else's."""
    if inspect(op.get_bind()).has_table("stocks"):
        raise StoreError(
            "the register already has a table or view `stocks` that Spock did not make: rename it"
        )
