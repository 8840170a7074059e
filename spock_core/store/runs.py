"""Keeps the runs: what was asked for and what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from spock_core.events import RegionResult, RunResult
from spock_core.store.schema import run_regions, runs, tickers


def holds_made_up_data(connection: Connection) -> bool | None:
    """Whether the register holds the sandbox's made-up stocks; None while it is empty."""
    if connection.execute(select(tickers.c.ticker).limit(1)).first() is None:
        return None
    query = select(runs.c.made_up).order_by(runs.c.run_id.desc()).limit(1)
    return connection.execute(query).scalar()


def start_run(
    connection: Connection,
    *,
    started_at: datetime,
    mode: str,
    refresh: str,
    made_up: bool,
    settings: Mapping[str, Any],
) -> int:
    """Opens a run and gives its number."""
    values = {
        "started_at": started_at,
        "status": "running",
        "mode": mode,
        "refresh": refresh,
        "made_up": made_up,
        "settings": json.dumps(settings, sort_keys=True),
    }
    made = connection.execute(insert(runs).values(**values))
    assert made.inserted_primary_key is not None  # noqa: S101  the table has a key
    return int(made.inserted_primary_key[0])


def add_region(connection: Connection, run_id: int, result: RegionResult) -> None:
    """Adds what became of a region."""
    listing = result.listing
    row = {
        "run_id": run_id,
        "region": result.region,
        "status": result.status.value,
        "total": result.total,
        "enriched": result.enriched,
        "failed": result.failed,
        "skipped": result.skipped,
        "unknown": result.unknown,
        "by_source": json.dumps(dict(result.by_source), sort_keys=True),
        "listed_new": listing.new,
        "listed_changed": listing.changed,
        "listed_gone": listing.gone,
        "listed_back": listing.back,
        "lines_damaged": listing.damaged_count,
        "duration_s": result.duration_s,
        "retries": result.retries,
        "error": result.error,
    }
    connection.execute(insert(run_regions).values(**row))


def finish_run(connection: Connection, result: RunResult, status: str) -> None:
    """Closes a run."""
    requests = json.dumps(dict(result.requests), sort_keys=True)
    values = {"finished_at": result.finished_at, "status": status, "requests": requests}
    connection.execute(update(runs).where(runs.c.run_id == result.run_id).values(**values))
