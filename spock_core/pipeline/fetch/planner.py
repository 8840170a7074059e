"""Step 2: reads what the register lacks, and has `plan` choose the questions to each provider.

Providers that can tell the same are weighed against each other: the one that costs the fewest
requests for a stock is asked first, and the next one only for what it is not expected to tell.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from spock_core.domain import Market
from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import PresenceQuery, Provider, Site, providers_of
from spock_core.domain.source import Source
from spock_core.domain.stock import (
    AskableStock,
    FailedGroup,
    KnownStock,
    PendingStock,
    StockKey,
)
from spock_core.pipeline.fetch.costs import Abilities
from spock_core.pipeline.fetch.first_run import known_share
from spock_core.pipeline.fetch.plan import DECIDING, Plan, cheapest_plan
from spock_core.pipeline.observations import stale_before
from spock_core.plugins.context import RunContext
from spock_core.plugins.selection import missing_settings
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending as store
from spock_core.store.fetching import screens
from spock_core.store.fetching.failed_screens import read_failed
from spock_core.store.identifiers import read_identified

log = logging.getLogger(__name__)

STILL_HOLDS = timedelta(hours=20)
"""How long the next run goes on with the screens of one that did not come to its end."""
MOST_DOUBTFUL = 250
"""Stocks whose key may have passed to another instrument that are asked one by one in a run,
outside of the budget: a night has one or two, and a first run after years a few dozen."""


def plan_queries(
    markets: Sequence[Market],
    sources: Mapping[str, Source],
    database: Database | None,
    run: RunContext,
    expected: Sequence[PendingStock] = (),
) -> list[Plan]:
    """The cheapest questions to each provider for what the register lacks, the cheapest first.

    `database`: None for a register that does not exist yet; `expected`: what lists will bring.
    """
    askable = [source for source in sources.values() if not missing_settings(source, run.settings)]
    drafts = []
    for provider in providers_of(askable):
        try:
            planner = _Planner(provider, markets, database, run)
            drafts.append((planner, planner.plan(expected)))
        except ProviderError as error:
            log.warning("%s is not asked: %s", provider.name, error)
    drafts.sort(key=lambda one: one[1].price)
    plans: list[Plan] = []
    for planner, draft in drafts:
        told = planner.told_by_others([other.provider for other, _ in drafts], plans)
        plans.append(planner.plan(expected, told) if told else draft)
    return plans


class _Planner:
    """Plans the questions to one provider."""

    def __init__(
        self,
        provider: Provider,
        markets: Sequence[Market],
        database: Database | None,
        run: RunContext,
    ) -> None:
        about = provider.any.about
        self.provider = provider
        self._regions = [
            market.region
            for market in markets
            if not about.regions or market.region in about.regions
        ]
        groups = provider.groups
        self._venues = {
            (exchange.mic, exchange.kis_code): groups.venues(exchange)
            for market in markets
            for exchange in market.exchanges
            if groups is not None
        }
        self._database = database
        self._run = run
        self._site: Site = provider.any.site(run.settings)
        self._asking = asking_about(provider, self._regions)

    def plan(
        self, expected: Sequence[PendingStock], told: frozenset[StockKey] = frozenset()
    ) -> Plan:
        """The cheapest questions, without those about stocks of which others tell."""
        here = (one for one in expected if one.key.region in self._regions)
        needs, known, asked, begun = self._named(here), list[KnownStock](), 0, None
        failed: list[FailedGroup] = []
        if self._database is not None:
            now = self._run.now
            with self._database.read() as connection:
                limit = stale_before(self._run)
                needs += self._named(store.read_pending(connection, self._asking, limit, now))
                needs = [one for one in needs if one.doubtful or one.key not in told]
                if not needs:
                    return Plan(self.provider, self._site.rate)
                known = store.read_known(connection, self._asking)
                if self.provider.singles is not None:
                    asked = store.count_asked(connection, self.provider.singles.name, now)
                if self.provider.groups is not None and not self._run.settings.force_refresh:
                    since = now - STILL_HOLDS
                    name = self.provider.groups.name
                    begun = screens.read_unfinished(connection, name, self._codes, since)
                    failed = read_failed(connection, name)
                if not self.provider.tells & DECIDING:
                    identified = read_identified(connection, self._regions)
                    needs = [one._replace(wanted=one.key not in identified) for one in needs]
        if begun is not None and not begun.venues <= self._codes:
            begun = None  # another choice of regions: what its screens have is not all read here
        return cheapest_plan(
            self.provider,
            needs,
            self._abilities(asked),
            rate=self._site.rate,
            begun=begun,
            known=known,
            again=[one for one in failed if not one.rests(self._run.now)],
            resting=[one for one in failed if one.rests(self._run.now)],
            venues=self._codes,
        )

    def told_by_others(
        self, providers: Iterable[Provider], plans: Sequence[Plan]
    ) -> frozenset[StockKey]:
        """The stocks of which everything that the provider can tell is told by others.

        They told it a short while ago, or are expected to tell it by these plans of the run.
        """
        others = [one for one in providers if one.name != self.provider.name]
        by_word = []
        for word in sorted(self.provider.tells):
            telling = {one.name: one for one in others if word in one.tells}
            if not telling:
                return frozenset()
            keys = {key for plan in plans if plan.provider.name in telling for key in plan.waiting}
            limit: datetime | None = stale_before(self._run)
            if self._database is not None and limit is not None:
                names = [name for one in telling.values() for name in one.names]
                with self._database.read() as connection:
                    keys |= store.read_told(connection, names, limit)
            by_word.append(keys)
        return frozenset(set.intersection(*by_word)) if by_word else frozenset()

    def _named(self, found: Iterable[PendingStock]) -> list[PendingStock]:
        """The stocks that the provider may know, with its symbols."""
        symbol = self.provider.any.symbol
        named = (one._replace(symbol=symbol(one.stock)) for one in found)
        return [one for one in named if one.symbol]

    def _abilities(self, asked: int) -> Abilities:
        groups, singles = self.provider.groups, self.provider.singles
        budget = 0
        if singles is not None:
            allowed = self._site.budget
            budget = max(allowed - asked, 0) if allowed is not None else 1_000_000
        present = singles.most_present if isinstance(singles, PresenceQuery) else 0
        decides = singles is not None and bool(self.provider.tells & DECIDING)
        return Abilities(
            groups=groups.groups() if groups is not None else {},
            page_size=groups.page_size if groups is not None else 1,
            venues_of=self._venues_of,
            most_symbols=singles.most_symbols if singles is not None else 1,
            most_present=present,
            budget=budget,
            asked=asked,
            known_share=known_share(self._run.settings),
            doubtful=MOST_DOUBTFUL if decides else 0,
        )

    @property
    def _codes(self) -> frozenset[str]:
        """The provider's codes of the exchanges of the run's regions."""
        return frozenset(code for venues in self._venues.values() for code in venues)

    def _venues_of(self, stock: AskableStock) -> tuple[str, ...]:
        return self._venues.get((stock.exchange, stock.kis_exchange), ())


def asking_about(provider: Provider, regions: Sequence[str]) -> store.Asking:
    """Which stocks of these regions a provider is asked about, by which of its sources."""
    groups = provider.groups
    return store.Asking(
        regions=regions,
        kinds=provider.any.kinds,
        groups=provider.groups_name,
        singles=provider.singles_name,
        group_word=groups.group_word if groups is not None else "",
    )
