"""The tables of runs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from spock_core.store.schema.shared import metadata
from spock_core.store.utc_date_time import UtcDateTime

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("status", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("refresh", String(16), nullable=False),
    Column("made_up", Boolean, nullable=False),
    Column("settings", Text, nullable=False),
    Column("requests", Text),
    Column("plan", Text),
    Column("outcomes", Text),
    Column("phases", Text),
    Column("error", Text),
    Column("keeps_history", Boolean, nullable=False, server_default="0"),
    Column("regions", Text),
)

run_regions = Table(
    "run_regions",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.run_id"), primary_key=True),
    Column("region", String(2), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("enriched", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("by_source", Text, nullable=False),
    Column("listed_new", Integer, nullable=False),
    Column("listed_changed", Integer, nullable=False),
    Column("listed_gone", Integer, nullable=False),
    Column("listed_back", Integer, nullable=False),
    Column("lines_damaged", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("error", Text),
    Column("listed_passed", Integer, nullable=False, server_default="0"),
)
