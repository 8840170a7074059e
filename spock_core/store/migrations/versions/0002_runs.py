"""The state of the lists, and the runs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The state of the lists, and the runs."""
    op.create_table(
        "lists",
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("list_name", sa.String(16), primary_key=True),
        sa.Column("etag", sa.String(200)),
        sa.Column("last_modified", sa.String(64)),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("applied_at", sa.DateTime, nullable=False),
        sa.Column("listed", sa.Integer, nullable=False),
        sa.Column("damaged", sa.Integer, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("refresh", sa.String(16), nullable=False),
        sa.Column("made_up", sa.Boolean, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("requests", sa.Text),
    )
    op.create_table(
        "run_regions",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("region", sa.String(2), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("enriched", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("unknown", sa.Integer, nullable=False),
        sa.Column("by_source", sa.Text, nullable=False),
        sa.Column("listed_new", sa.Integer, nullable=False),
        sa.Column("listed_changed", sa.Integer, nullable=False),
        sa.Column("listed_gone", sa.Integer, nullable=False),
        sa.Column("listed_back", sa.Integer, nullable=False),
        sa.Column("lines_damaged", sa.Integer, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
    )
