"""The view `stocks` has identifiers: `env.py` makes the views after the last migration."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Changes no table."""
