"""Reads the runs that were kept: the figures of `spock runs`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from spock_core.results import RegionStatus
from spock_core.store.runs import INTERRUPTED, RUNNING
from spock_core.store.schema import run_regions, runs


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as it is kept. Of a run that was killed, as far as it came."""

    run_id: int
    started_at: datetime
    finished_at: datetime | None
    """None for a run that is at work, or was killed."""
    status: str
    mode: str
    refresh: str
    made_up: bool
    settings: Mapping[str, Any]
    plan: Mapping[str, Any]
    requests: Mapping[str, int]
    """By provider."""
    outcomes: Mapping[str, Mapping[str, int]]
    """Requests by provider and outcome."""
    phases: Mapping[str, float]
    """Seconds by phase."""
    error: str | None
    regions: tuple[Mapping[str, Any], ...]
    """The rows of `run_regions`, by column."""


def read_runs(
    connection: Connection, *, most: int, run_id: int | None = None, at_work: bool
) -> list[KeptRun]:
    """The last runs, the latest first, or the one with a number.

    `at_work`: whether a run holds the register's lock; one that is open without it was killed.
    """
    query = select(runs).order_by(runs.c.run_id.desc()).limit(most)
    if run_id is not None:
        query = query.where(runs.c.run_id == run_id)
    found = connection.execute(query).all()
    regions = select(run_regions).where(run_regions.c.run_id.in_([row.run_id for row in found]))
    by_run: dict[int, list[Mapping[str, Any]]] = {}
    for row in connection.execute(regions):
        values = {**row._mapping, "by_source": json.loads(row.by_source)}
        values["status"] = _status(row.status, at_work=at_work)
        by_run.setdefault(values.pop("run_id"), []).append(values)
    return [_run(row, by_run.get(row.run_id, []), at_work=at_work) for row in found]


def _run(row: Row[Any], regions: list[Mapping[str, Any]], *, at_work: bool) -> KeptRun:
    return KeptRun(
        run_id=row.run_id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        status=_status(row.status, at_work=at_work),
        mode=row.mode,
        refresh=row.refresh,
        made_up=row.made_up,
        settings=json.loads(row.settings),
        plan=json.loads(row.plan or "{}"),
        requests=json.loads(row.requests or "{}"),
        outcomes=json.loads(row.outcomes or "{}"),
        phases=json.loads(row.phases or "{}"),
        error=row.error,
        regions=tuple(regions),
    )


def _status(kept: str, *, at_work: bool) -> str:
    return INTERRUPTED if kept == RUNNING and not at_work else kept


def read_last_success(connection: Connection) -> dict[str, datetime]:
    """When each region last came through in a run that has ended."""
    query = (
        select(run_regions.c.region, func.max(runs.c.finished_at))
        .join(runs, runs.c.run_id == run_regions.c.run_id)
        .where(run_regions.c.status == RegionStatus.SUCCESS.value, runs.c.finished_at.is_not(None))
        .group_by(run_regions.c.region)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
