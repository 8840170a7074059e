"""The job: for each region list, classify and store; one region's failure stops no other."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from spock_core.classify_region import classify_region
from spock_core.context import RunContext
from spock_core.domain import Market
from spock_core.errors import ListError, SpockError, StoreError, UsageError
from spock_core.events import (
    RegionResult,
    RegionStarted,
    RegionStatus,
    RequestMade,
    Retry,
    RunResult,
    RunStarted,
)
from spock_core.hookspecs import hookimpl
from spock_core.list_region import list_region
from spock_core.plan import RegionPlan, plan_region
from spock_core.plugins import Plugins
from spock_core.settings import Settings
from spock_core.sources.source import Source
from spock_core.store import runs, stocks
from spock_core.store.database import Database, open_database

ALL = "ALL"

log = logging.getLogger(__name__)


class _Counts:
    """Counts what goes over the wire."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.retries = 0

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        self.requests[event.provider] += 1

    @hookimpl
    def spock_retry(self, event: Retry) -> None:
        self.retries += 1


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
    counts = _Counts()
    plugins.add(counts, name="spock_core.enrich.counts")
    database = open_database(settings.database, create=True)
    try:
        run_id = _start(database, run)
        event = RunStarted(run_id, run.now, tuple(m.region for m in markets), database.label)
        plugins.notify("spock_run_started", event=event)
        results: list[RegionResult] = []
        try:
            for market in markets:
                results.append(_do_region(market, sources, database, run, counts))
                with database.write() as connection:
                    runs.add_region(connection, run_id, results[-1])
                plugins.notify("spock_region_finished", result=results[-1])
        except KeyboardInterrupt:
            result = _result(run_id, run, clock(), results, counts)
            _finish(database, result, "interrupted")
            raise
        result = _result(run_id, run, clock(), results, counts)
        _finish(database, result, "failed" if result.failed_regions else "success")
        plugins.notify("spock_run_finished", result=result)
        return result
    finally:
        database.close()
        plugins.manager.unregister(counts)


def preview(
    settings: Settings, plugins: Plugins, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[RunResult, Sequence[RegionPlan]]:
    """What a run would do. Nothing is written, nobody is asked."""
    markets = choose_markets(settings, plugins)
    choose_sources(settings, plugins)
    run = RunContext(settings, clock(), plugins)
    database: Database | None
    try:
        database = open_database(settings.database, create=False, migrate=False)
    except StoreError as error:
        if "no register" not in str(error):
            raise
        database = None
    try:
        plans = [plan_region(market, database, run) for market in markets]
    finally:
        if database is not None:
            database.close()
    results = [
        RegionResult(plan.region, RegionStatus.DRY_RUN, plan.stocks, skipped=plan.stocks - plan.due)
        for plan in plans
    ]
    for result in results:
        plugins.notify("spock_region_finished", result=result)
    return _result(None, run, clock(), results, _Counts()), plans


def choose_markets(settings: Settings, plugins: Plugins) -> list[Market]:
    """The chosen markets: all by their priority, or those named, in the order they were named."""
    if not plugins.markets:
        raise UsageError(nothing_installed(plugins))
    if ALL in settings.regions:
        return list(plugins.markets.values())
    for region in settings.regions:
        if region not in plugins.markets:
            raise UsageError(_not_installed(region, plugins))
    return [plugins.markets[region] for region in dict.fromkeys(settings.regions)]


def choose_sources(settings: Settings, plugins: Plugins) -> dict[str, Source]:
    """The chosen sources by name."""
    sources = plugins.sources()
    if ALL in settings.sources:
        return sources
    for name in settings.sources:
        if name not in sources:
            raise UsageError(f"unknown source {name!r}: choose from {', '.join(sorted(sources))}")
    return {name: source for name, source in sources.items() if name in settings.sources}


def _do_region(
    market: Market,
    sources: dict[str, Source],
    database: Database,
    run: RunContext,
    counts: _Counts,
) -> RegionResult:
    started = time.monotonic()
    retries = counts.retries
    result = RegionResult(market.region, RegionStatus.ERROR)
    try:
        result = _work(market, sources, database, run)
    except (UsageError, StoreError):
        raise
    except SpockError as error:
        result = RegionResult(market.region, RegionStatus.FAILED, error=str(error))
    except Exception as error:
        log.exception("region %s stopped", market.region)
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        result = RegionResult(market.region, RegionStatus.ERROR, error=reason)
    seconds = time.monotonic() - started
    return _timed(result, seconds, counts.retries - retries)


def _work(
    market: Market, sources: dict[str, Source], database: Database, run: RunContext
) -> RegionResult:
    region = market.region
    with database.read() as connection:
        total = stocks.count_stocks(connection, region)
    run.plugins.notify("spock_region_started", event=RegionStarted(region, total))
    changes = list_region(market, database, run)
    with database.read() as connection:
        total = stocks.count_stocks(connection, region)
    if not total and not changes.refused:
        raise ListError(f"the lists of {region} hold no stock")
    run.plugins.notify("spock_region_listed", region=region, total=total, changes=changes)
    tally = classify_region(market, sources, database, run)
    return RegionResult(
        region=region,
        status=RegionStatus.FAILED if changes.refused else RegionStatus.SUCCESS,
        total=total,
        enriched=tally.enriched,
        skipped=tally.skipped,
        unknown=tally.unknown,
        by_source=dict(tally.by_source),
        error="; ".join(changes.refused) or None,
        listing=changes,
    )


def _timed(result: RegionResult, seconds: float, retries: int) -> RegionResult:
    from dataclasses import replace

    return replace(result, duration_s=round(seconds, 3), retries=retries)


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


def _result(
    run_id: int | None,
    run: RunContext,
    now: datetime,
    results: Sequence[RegionResult],
    counts: _Counts,
) -> RunResult:
    return RunResult(
        run_id=run_id,
        started_at=run.now,
        finished_at=now,
        mode=_mode(run.settings),
        refresh=_refresh(run.settings),
        dry_run=run.settings.dry_run,
        regions=tuple(results),
        requests=dict(counts.requests),
    )


def _mode(settings: Settings) -> str:
    return "parallel" if settings.parallel else "sequential"


def _refresh(settings: Settings) -> str:
    return "forced" if settings.force_refresh else "incremental"


def nothing_installed(plugins: Plugins) -> str:
    """What to do when there is no market, in one line."""
    if plugins.broken:
        first = plugins.broken[0]
        return f"no market could be loaded: {first.label}: {first.error}"
    return f"no market is installed: pip install one or more of {', '.join(_known_markets())}"


def _not_installed(region: str, plugins: Plugins) -> str:
    for plugin in plugins.broken:
        if plugin.name.lower() == region.lower() or region in plugin.regions:
            return f"region {region} could not be loaded: {plugin.label}: {plugin.error}"
    return f"unknown region {region!r}: installed are {', '.join(plugins.markets)}, or ALL"


def _known_markets() -> list[str]:
    """The market packages that this distribution names in its extra `markets`."""
    from importlib.metadata import requires

    needs = requires("spock-core") or []
    return [need.split(";")[0].strip() for need in needs if "extra == 'markets'" in need]
