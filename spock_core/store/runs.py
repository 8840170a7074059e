"""Keeps the runs while they last: what was asked for, how far it came, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from spock_core.domain.results import Planned, RegionResult, RegionStatus, RunResult, RunStatus
from spock_core.store.rows import update_rows, write_rows
from spock_core.store.schema import run_regions, runs, tickers

RUNNING = RunStatus.RUNNING.value
INTERRUPTED = RunStatus.INTERRUPTED.value


def holds_made_up_data(connection: Connection, others: Collection[str]) -> bool | None:
    """Whether the register holds the sandbox's made-up stocks, or is about to get them from a run
    that is at work on one of these regions; None while it is empty."""
    if connection.execute(select(tickers.c.ticker).limit(1)).first() is None:
        at_work = select(runs.c.made_up, runs.c.regions).where(runs.c.status == RUNNING)
        rows = connection.execute(at_work)
        return next(
            (row.made_up for row in rows if set(others) & set((row.regions or "").split())), None
        )
    query = select(runs.c.made_up).order_by(runs.c.run_id.desc()).limit(1)
    return connection.execute(query).scalar()


def read_open_runs(connection: Connection) -> dict[int, frozenset[str]]:
    """The regions of each run that never said that it ended: it is at work, or was killed."""
    query = select(runs.c.run_id, runs.c.regions).where(runs.c.status == RUNNING)
    return {row.run_id: frozenset((row.regions or "").split()) for row in connection.execute(query)}


def has_others(connection: Connection, now: datetime) -> bool:
    """Whether any run but the one that began `now` may have been at work since then."""
    since = or_(runs.c.status == RUNNING, runs.c.started_at > now)
    query = select(runs.c.run_id).where(runs.c.started_at != now, since).limit(1)
    return connection.execute(query).first() is not None


def close_killed_runs(connection: Connection, regions: Collection[str]) -> None:
    """Notes that runs on any of these regions were killed which never said that they ended. Call it
    with the locks of these regions held.

    A run that kept no regions is of an earlier version, which worked on a register alone.
    """
    dead = [
        run_id
        for run_id, its in read_open_runs(connection).items()
        if not its or its & set(regions)
    ]
    for table in (runs, run_regions):
        open_rows = update(table).where(table.c.run_id.in_(dead), table.c.status == RUNNING)
        connection.execute(open_rows.values(status=INTERRUPTED))


def start_run(
    connection: Connection,
    *,
    started_at: datetime,
    mode: str,
    refresh: str,
    made_up: bool,
    settings: Mapping[str, Any],
    regions: Sequence[str],
) -> int:
    """Opens a run and gives its number."""
    values = {
        "started_at": started_at,
        "status": RUNNING,
        "mode": mode,
        "refresh": refresh,
        "made_up": made_up,
        "settings": json.dumps(settings, sort_keys=True),
        "keeps_history": True,
        "regions": " ".join(regions),
    }
    made = connection.execute(insert(runs).values(**values))
    assert made.inserted_primary_key is not None  # noqa: S101  the table has a key
    return int(made.inserted_primary_key[0])


def write_plan(connection: Connection, run_id: int, planned: Planned) -> None:
    """Keeps what the plan said that asking would cost."""
    plan = {
        "requests": dict(planned.requests),
        "seconds": round(planned.seconds, 1),
        "left": planned.left,
    }
    _update_run(connection, run_id, plan=json.dumps(plan, sort_keys=True))


def write_outcomes(
    connection: Connection, run_id: int, outcomes: Mapping[str, Mapping[str, int]]
) -> None:
    """Keeps what was asked so far, by provider and outcome."""
    _update_run(connection, run_id, **_outcomes(outcomes))


def write_regions(connection: Connection, run_id: int, results: Iterable[RegionResult]) -> None:
    """Keeps what has become of regions so far."""
    write_rows(connection, run_regions, [_region_row(run_id, result) for result in results])


def _region_row(run_id: int, result: RegionResult) -> dict[str, Any]:
    listing = result.listing
    return {
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
        "listed_passed": listing.passed,
        "lines_damaged": listing.damaged_count,
        "duration_s": result.duration_s,
        "retries": result.retries,
        "error": result.error,
    }


def finish_run(connection: Connection, result: RunResult) -> None:
    """Closes a run."""
    assert result.run_id is not None  # noqa: S101  a dry run is not kept
    _update_run(
        connection,
        result.run_id,
        finished_at=result.finished_at,
        status=result.status.value,
        phases=json.dumps(dict(result.phases), sort_keys=True),
        error=result.error,
        **_outcomes(result.outcomes),
    )
    left = update(run_regions).where(
        run_regions.c.run_id == result.run_id, run_regions.c.status == RUNNING
    )
    connection.execute(left.values(status=RegionStatus.INTERRUPTED.value))


def _outcomes(outcomes: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    requests = {provider: sum(by.values()) for provider, by in outcomes.items()}
    kinds = {provider: dict(by) for provider, by in outcomes.items()}
    return {
        "requests": json.dumps(requests, sort_keys=True),
        "outcomes": json.dumps(kinds, sort_keys=True),
    }


def _update_run(connection: Connection, run_id: int, **values: Any) -> None:
    update_rows(connection, runs, [{"run_id": run_id, **values}])


@dataclass(frozen=True, slots=True)
class StoredRun:
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
    """The rows of `run_regions`, by column: the regions whose lists it has read."""
    regions_asked: tuple[str, ...]
    """The regions that it is to work on; none for a run of a version that did not keep them."""


def read_runs(
    connection: Connection, *, most: int, run_id: int | None = None, held: Collection[str] | None
) -> list[StoredRun]:
    """The last runs, the latest first, or the one with a number.

    `held`: the regions whose lock a run holds; a run that is open without one was killed. None
    where nobody can tell.
    """
    query = select(runs).order_by(runs.c.run_id.desc()).limit(most)
    if run_id is not None:
        query = query.where(runs.c.run_id == run_id)
    found = connection.execute(query).all()
    regions = select(run_regions).where(run_regions.c.run_id.in_([row.run_id for row in found]))
    by_run: dict[int, list[Mapping[str, Any]]] = {}
    at_work = {
        row.run_id: held is None or bool(set((row.regions or "").split()) & set(held))
        for row in found
    }
    for row in connection.execute(regions):
        values = {**row._mapping, "by_source": json.loads(row.by_source)}
        values["status"] = _status(row.status, at_work=at_work[row.run_id])
        by_run.setdefault(values.pop("run_id"), []).append(values)
    return [_run(row, by_run.get(row.run_id, []), at_work=at_work[row.run_id]) for row in found]


def _run(row: Row[Any], regions: list[Mapping[str, Any]], *, at_work: bool) -> StoredRun:
    return StoredRun(
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
        regions_asked=tuple((row.regions or "").split()),
    )


def _status(kept: str, *, at_work: bool) -> str:
    return INTERRUPTED if kept == RUNNING and not at_work else kept


def read_last_success(connection: Connection, now: datetime) -> dict[str, datetime]:
    """When each region last succeeded, in a run that has ended.

    A moment later than `now` was written while a clock was wrong, and does not count.
    """
    query = (
        select(run_regions.c.region, func.max(runs.c.finished_at))
        .join(runs, runs.c.run_id == run_regions.c.run_id)
        .where(run_regions.c.status == RegionStatus.SUCCESS.value, runs.c.finished_at <= now)
        .group_by(run_regions.c.region)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def read_worked_on(connection: Connection) -> set[str]:
    """The regions that any run worked on, whatever became of them."""
    return set(connection.execute(select(run_regions.c.region).distinct()).scalars())
