"""What a run would do, and what it would cost: asked of nobody, written nowhere."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import ceil

from spock_core.domain import Exchange, Market
from spock_core.domain.errors import NoRegister
from spock_core.domain.queries import GroupQuerySource
from spock_core.domain.results import (
    Planned,
    RegionCoverage,
    RegionResult,
    RegionStatus,
    RunResult,
)
from spock_core.domain.source import Source
from spock_core.pipeline.fetch.first_run import expected_stocks
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.planner import plan_queries
from spock_core.pipeline.run_record import mode_of, refresh_of
from spock_core.plugins.context import RunContext
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets, select_sources
from spock_core.settings.model import Settings
from spock_core.sources.override.file import read_overrides
from spock_core.store import stocks
from spock_core.store.connection.opening import open_database
from spock_core.store.coverage import read_coverage
from spock_core.store.lists.list_states import count_active
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
    """Stocks of which a provider has still something to say."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would do."""

    result: RunResult
    regions: tuple[RegionDryRun, ...]
    plans: tuple[Plan, ...]
    expected: int = 0
    """Stocks that lists are expected to bring and the register does not have yet."""
    listing: Mapping[str, int] = field(default_factory=dict)
    """Requests for lists by the provider that gives them, as long as these were the last time."""

    def requests_to(self, provider: str) -> dict[str, int]:
        """Expected requests to one provider: for lists, where it gives some, and by source."""
        [plan] = [one for one in self.plans if one.provider.name == provider]
        lists = self.listing.get(provider, 0)
        return {"lists": lists} | plan.requests if lists else plan.requests

    def seconds_of(self, plan: Plan) -> float:
        """Time that the requests to the provider of a plan would take at its rate."""
        return sum(self.requests_to(plan.provider.name).values()) / plan.rate

    @property
    def requests(self) -> dict[str, int]:
        """Expected requests to all providers: for lists, where one gives some, and by source."""
        found: dict[str, int] = {}
        for plan in self.plans:
            for name, count in self.requests_to(plan.provider.name).items():
                found[name] = found.get(name, 0) + count
        return found

    @property
    def seconds(self) -> float:
        """Time that they would take: one provider is asked after the other."""
        return sum(self.seconds_of(plan) for plan in self.plans)

    @property
    def coverage(self) -> float:
        """Share of stocks that would have a sector, if all were known that is asked about."""
        total = self.expected + sum(region.stocks for region in self.regions)
        deciding = [plan for plan in self.plans if plan.decides]
        asked = sum(len(plan.screened) + len(plan.singles) for plan in deciding)
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
    classified: dict[str, tuple[int, int]] = {}
    covered: list[RegionCoverage] = []
    last_success: dict[str, datetime] = {}
    database = None
    listed = dict.fromkeys(_listed_by_providers(markets, sources), 0)
    with contextlib.suppress(NoRegister):
        database = open_database(
            settings.database, create=False, migrate=False, timeout_s=settings.database_timeout
        )
    try:
        if database is not None:
            with database.read() as connection:
                for market in markets:
                    classified[market.region] = stocks.count_classified(connection, market.region)
                for groups, region, exchange in listed:
                    listed[groups, region, exchange] = count_active(connection, region, exchange)
                covered = read_coverage(connection)
                last_success = read_last_success(connection, run.now)
        new = [market for market in markets if not classified.get(market.region, (0, 0))[0]]
        expected = [stock for market in new for stock in expected_stocks(market, run)]
        plans = plan_queries(markets, sources, database, run, expected)
    finally:
        if database is not None:
            database.close()
    regions = [
        RegionDryRun(
            market.region,
            tuple(exchange.list_name for exchange in market.exchanges),
            *classified.get(market.region, (0, 0)),
            due=sum(plan.due[market.region] for plan in plans if plan.decides),
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
    listing: Counter[str] = Counter()
    for (groups, _, _), known in listed.items():
        listing[groups.about.provider] += max(ceil(known / groups.page_size), 1)
    found = DryRun(outcome, tuple(regions), tuple(plans), len(expected), listing)
    planned = Planned(found.requests, found.seconds, sum(plan.left for plan in plans))
    return replace(found, result=replace(outcome, planned=planned))


def _listed_by_providers(
    markets: Sequence[Market], sources: Mapping[str, Source]
) -> Iterable[tuple[GroupQuerySource, str, Exchange]]:
    """Yields the exchanges whose lists come from the provider of one of these sources."""
    for source in sources.values():
        if isinstance(source, GroupQuerySource) and source.lists:
            for market in markets:
                if market.listed_by == source.lists:
                    yield from ((source, market.region, one) for one in market.exchanges)
