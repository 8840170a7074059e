"""The view `stocks` has identifiers: `env.py` makes the views after the last migration."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Changes no table."""
