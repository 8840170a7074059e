"""Screens of a plan under way, changes of classifications, and more about each run."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Screens of a plan under way, changes of classifications, and more about each run."""
    op.create_table(
        "screens",
        sa.Column("industry", sa.String(64), primary_key=True),
        sa.Column("exchanges", sa.String(400), primary_key=True),
        sa.Column("planned_at", sa.DateTime, nullable=False),
        sa.Column("asked_at", sa.DateTime),
    )
    for column in (
        sa.Column("plan", sa.Text),
        sa.Column("outcomes", sa.Text),
        sa.Column("phases", sa.Text),
        sa.Column("error", sa.Text),
    ):
        op.add_column("runs", column)
    op.create_table(
        "changes",
        sa.Column("change_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.Column("region", sa.String(2), nullable=False),
        sa.Column("ticker", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("before", sa.String(64)),
        sa.Column("after", sa.String(64)),
        sa.Column("source", sa.String(32)),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
    )
    op.create_index("ix_changes_stock", "changes", ["region", "ticker"])
    op.create_index("ix_changes_run", "changes", ["run_id"])
