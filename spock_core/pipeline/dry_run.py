"""What a run would do, and what it would cost: asked of nobody, written nowhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from spock_core.domain import Exchange, Market
from spock_core.domain.coverage import RegionCoverage
from spock_core.domain.errors import NoRegister
from spock_core.domain.results import RegionResult, RegionStatus, RunResult
from spock_core.pipeline.fetch.first_run import expected_stocks
from spock_core.pipeline.fetch.plan import PAGE, Plan
from spock_core.pipeline.fetch.planner import plan_queries
from spock_core.pipeline.run_record import mode_of, refresh_of
from spock_core.plugins.context import RunContext
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets, select_sources
from spock_core.settings.model import Settings
from spock_core.settings.rate import rate_of
from spock_core.sources.override.file import read_overrides
from spock_core.sources.yahoo.listings import LISTED_BY
from spock_core.store import stocks
from spock_core.store.connection.opening import open_database
from spock_core.store.coverage import read_coverage
from spock_core.store.listings import count_active
from spock_core.store.runs import read_last_success


@dataclass(frozen=True, slots=True)
class RegionDryRun:
    """What a run would do in one region."""

    region: str
    lists: tuple[str, ...]
    """Lists that would be read."""
    stocks: int
    """Active stocks in the register now."""
    classified: int
    """Of these, the ones with a sector."""
    due: int
    """Stocks of which Yahoo has still something to say."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would do."""

    result: RunResult
    regions: tuple[RegionDryRun, ...]
    plan: Plan
    rate: float
    """Most requests a second to Yahoo."""
    expected: int = 0
    """Stocks that lists are expected to bring that the register does not have yet."""
    listing: int = 0
    """Requests to Yahoo for lists, as long as these were the last time."""

    @property
    def requests(self) -> dict[str, int]:
        """Expected requests to Yahoo: for lists, where it gives some, and by source."""
        return {"lists": self.listing} | self.plan.requests if self.listing else self.plan.requests

    @property
    def seconds(self) -> float:
        """Time that the requests to Yahoo would take at this rate."""
        return sum(self.requests.values()) / self.rate

    @property
    def coverage(self) -> float:
        """Share of stocks that would have a sector, if Yahoo knew all that it is asked about."""
        total = self.expected + sum(region.stocks for region in self.regions)
        asked = len(self.plan.screened) + len(self.plan.profiles)
        classified = sum(region.classified for region in self.regions)
        return min((classified + asked) / total, 1.0) if total else 0.0


def dry_run(
    settings: Settings, plugins: Plugins, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> DryRun:
    """What a run would do. A register that does not exist yet is taken for an empty one."""
    began = time.monotonic()
    markets = select_markets(settings, plugins)
    sources = select_sources(settings, plugins)
    if settings.overrides:
        read_overrides(settings.overrides)  # says what is wrong in it
    run = RunContext(settings, clock(), plugins)
    found: dict[str, tuple[int, int]] = {}
    covered: list[RegionCoverage] = []
    last_success: dict[str, datetime] = {}
    database = None
    listed = dict.fromkeys(_listed_by_yahoo(markets), 0)
    with contextlib.suppress(NoRegister):
        database = open_database(
            settings.database, create=False, migrate=False, timeout_s=settings.database_timeout
        )
    try:
        if database is not None:
            with database.read() as connection:
                for market in markets:
                    found[market.region] = stocks.count_classified(connection, market.region)
                for region, exchange in listed:
                    listed[region, exchange] = count_active(connection, region, exchange)
                covered = read_coverage(connection)
                last_success = read_last_success(connection, run.now)
        new = [market for market in markets if not found.get(market.region, (0, 0))[0]]
        expected = [stock for market in new for stock in expected_stocks(market, run)]
        plan = plan_queries(markets, sources, database, run, expected)
    finally:
        if database is not None:
            database.close()
    regions = [
        RegionDryRun(
            market.region,
            tuple(exchange.list_name for exchange in market.exchanges),
            *found.get(market.region, (0, 0)),
            due=plan.due[market.region],
        )
        for market in markets
    ]
    results = [
        RegionResult(
            one.region,
            RegionStatus.DRY_RUN,
            one.stocks,
            skipped=one.classified,
            unknown=one.stocks - one.classified,
            register=next((held for held in covered if held.region == one.region), None),
        )
        for one in regions
    ]
    for result in results:
        plugins.notify(result)
    outcome = RunResult(
        run_id=None,
        started_at=run.now,
        finished_at=clock(),
        duration_s=round(time.monotonic() - began, 3),
        mode=mode_of(settings),
        refresh=refresh_of(settings),
        dry_run=True,
        regions=tuple(results),
        coverage=tuple(covered),
        last_success=last_success,
    )
    listing = sum(max(ceil(known / PAGE), 1) for known in listed.values())
    return DryRun(outcome, tuple(regions), plan, rate_of(settings), len(expected), listing)


def _listed_by_yahoo(markets: Sequence[Market]) -> Iterable[tuple[str, Exchange]]:
    for market in markets:
        if market.listed_by == LISTED_BY:
            yield from ((market.region, exchange) for exchange in market.exchanges)
