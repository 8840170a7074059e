"""The job: for each region list, classify and store; one region's failure stops no other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from spock_core.choose import choose_markets, choose_sources
from spock_core.context import RunContext
from spock_core.errors import StoreError, UsageError
from spock_core.events import RegionResult, RunResult, RunStarted
from spock_core.plugins import Plugins
from spock_core.region_work import (
    Counts,
    RegionWork,
    attempt,
    classify_step,
    collect_step,
    list_step,
)
from spock_core.settings import Settings
from spock_core.store import runs
from spock_core.store.database import Database, open_database


def enrich(
    settings: Settings, plugins: Plugins, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> RunResult:
    """One run over the chosen regions.

    Raises `UsageError` where the settings ask for something that is not there, `StoreError` where
    the register cannot be used. A region that fails is told in the result and raises nothing.
    """
    markets = choose_markets(settings, plugins)
    sources = choose_sources(settings, plugins)
    run = RunContext(settings, clock(), plugins)
    counts = Counts()
    database = open_database(settings.database, create=True)
    plugins.add(counts, name="spock_core.enrich.counts")
    try:
        run_id = _start(database, run)
        event = RunStarted(run_id, run.now, tuple(m.region for m in markets), database.label)
        plugins.notify("spock_run_started", event=event)
        results: list[RegionResult] = []
        try:
            works = [RegionWork(market, counts) for market in markets]
            for work in works:
                attempt(work, lambda work: list_step(work, database, run))
            collected = collect_step(works, sources, database, run, counts)
            for work in works:
                attempt(work, lambda work: classify_step(work, collected, sources, database, run))
                results.append(work.result())
                with database.write() as connection:
                    runs.add_region(connection, run_id, results[-1])
                plugins.notify("spock_region_finished", result=results[-1])
        except BaseException as error:
            stopped = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            result = run_result(run_id, run, clock(), results, counts.requests)
            with contextlib.suppress(StoreError):  # the database may be what failed
                _finish(database, result, stopped)
            raise
        result = run_result(run_id, run, clock(), results, counts.requests)
        _finish(database, result, "failed" if result.failed_regions else "success")
        plugins.notify("spock_run_finished", result=result)
        return result
    finally:
        database.close()
        plugins.manager.unregister(counts)


def _start(database: Database, run: RunContext) -> int:
    settings = run.settings
    with database.write() as connection:
        made_up = runs.holds_made_up_data(connection)
        if made_up is not None and made_up != settings.sandbox:
            holds, asked = ("made-up", "real") if made_up else ("real", "made-up")
            raise UsageError(
                f"{database.label} holds {holds} stocks and this run would bring {asked} ones: "
                "name another --database"
            )
        return runs.start_run(
            connection,
            started_at=run.now,
            mode=_mode(settings),
            refresh=_refresh(settings),
            made_up=settings.sandbox,
            settings=settings.public(),
        )


def _finish(database: Database, result: RunResult, status: str) -> None:
    with database.write() as connection:
        runs.finish_run(connection, result, status)


def run_result(
    run_id: int | None,
    run: RunContext,
    now: datetime,
    results: Sequence[RegionResult],
    requests: Mapping[str, int],
) -> RunResult:
    """The result of a run, or of a dry run, which has no number."""
    return RunResult(
        run_id=run_id,
        started_at=run.now,
        finished_at=now,
        mode=_mode(run.settings),
        refresh=_refresh(run.settings),
        dry_run=run.settings.dry_run,
        regions=tuple(results),
        requests=dict(requests),
    )


def _mode(settings: Settings) -> str:
    return "parallel" if settings.parallel else "sequential"


def _refresh(settings: Settings) -> str:
    return "forced" if settings.force_refresh else "incremental"
