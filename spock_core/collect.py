"""Step 3 across regions: asks Yahoo what the plan says, and stores the answers as they come."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spock_core.classify_region import stale_before
from spock_core.context import RunContext
from spock_core.domain import Market, Observation
from spock_core.errors import ProviderDown, ProviderError, UnknownSymbol
from spock_core.need import Key, Need
from spock_core.plan import PAGE, Plan, Screen, choose
from spock_core.sources.source import Source
from spock_core.sources.yahoo import PROFILE, SCREENER
from spock_core.store import needs as store
from spock_core.store.database import Database
from spock_core.yahoo_industries import YAHOO_INDUSTRIES

if TYPE_CHECKING:
    from spock_core.sources.yahoo_questions import Questions

ROUNDS = 3
"""A screen that failed is asked again when all others were, so often in all."""
BATCH = 10
"""Profiles that are stored together: so many requests a kill may cost."""

log = logging.getLogger(__name__)


@dataclass
class Collected:
    """What became of the questions."""

    plan: Plan = field(default_factory=Plan)
    failed: set[Key] = field(default_factory=set)
    """Stocks of which Yahoo has something to say, and could not be asked."""
    error: str | None = None
    """Why, in one line."""
    new_words: set[str] = field(default_factory=set)
    """Industries that this version does not know; kept word for word."""


def make_plan(
    markets: Sequence[Market],
    sources: Mapping[str, Source],
    database: Database,
    run: RunContext,
) -> Plan:
    """The cheapest questions to Yahoo for what the register lacks; none without its sources."""
    if SCREENER not in sources and PROFILE not in sources:
        return Plan()
    regions = [market.region for market in markets]
    venues = {
        (exchange.mic, exchange.kis_code): exchange.yahoo_codes
        for market in markets
        for exchange in market.exchanges
    }
    midnight = run.now.replace(hour=0, minute=0, second=0, microsecond=0)
    with database.read() as connection:
        needs = store.read_needs(
            connection, regions, stale_before(run), run.now, screener=SCREENER, profile=PROFILE
        )
        if not needs:
            return Plan()
        counts = store.count_industries(connection, regions, (SCREENER, PROFILE))
        asked = store.count_asked(connection, PROFILE, midnight)
    from spock_core.providers.yahoo import industries

    budget = max(run.settings.profile_budget - asked, 0) if PROFILE in sources else 0
    return choose(
        needs,
        sorted(industries()),
        counts,
        lambda mic, kis: venues.get((mic, kis), ()),
        profiles=budget,
        screener=SCREENER in sources,
    )


def collect(
    markets: Sequence[Market],
    sources: Mapping[str, Source],
    database: Database,
    run: RunContext,
) -> Collected:
    """Asks Yahoo what is worth asking. An outage is told in the result and raises nothing."""
    plan = make_plan(markets, sources, database, run)
    if not plan.screens and not plan.profiles:
        return Collected(plan)
    from spock_core.sources.yahoo_questions import asking

    with asking(run) as questions:
        return _Collector(plan, [m.region for m in markets], questions, database, run).collect()


class _Collector:
    """Works off one plan."""

    def __init__(
        self,
        plan: Plan,
        regions: Sequence[str],
        questions: Questions,
        database: Database,
        run: RunContext,
    ) -> None:
        self._plan = plan
        self._regions = regions
        self._questions = questions
        self._database = database
        self._run = run
        self._result = Collected(plan)

    def collect(self) -> Collected:
        missed = self._screens()
        self._profiles([*self._plan.profiles, *missed[: self._plan.residual]])
        if self._result.new_words:
            words = ", ".join(sorted(self._result.new_words))
            log.warning("yahoo: industries new to this version, kept as they are: %s", words)
        return self._result

    def _screens(self) -> list[Need]:
        """Asks all screens. Gives the stocks that they should have had and did not."""
        if not self._plan.screens:
            return []
        with self._database.read() as connection:
            symbols = store.read_symbols(connection, self._regions)
        waiting = list(self._plan.screens)
        failed: list[Screen] = []
        found: set[Key] = set()
        for _ in range(ROUNDS):
            failed, drifting = [], []
            for screen in waiting:
                try:
                    listed = self._questions.screen(screen.industry, screen.exchanges)
                except ProviderError as error:
                    self._note(error)
                    failed.append(screen)
                    continue
                if not listed.complete:
                    drifting.append(screen)
                self._heard(screen.industry)
                keys = [symbols[symbol] for symbol in listed.symbols if symbol in symbols]
                found.update(keys)
                self._store(
                    [self._said(key, SCREENER, screen.industry, listed.sector) for key in keys]
                )
            waiting = failed + drifting
            if not waiting or self._questions.down:
                break
        lacking = sorted(
            (need for need in self._plan.screened if need.key not in found), key=lambda n: n.key
        )
        keys = [need.key for need in lacking]
        if failed:
            self._result.failed.update(keys)
            return []
        self._result.error = None
        with self._database.write() as connection:
            store.store_unknowns(connection, keys, SCREENER, self._run.now)
        return lacking

    def _profiles(self, needs: Sequence[Need]) -> None:
        for start in range(0, len(needs), BATCH):
            found: list[Observation] = []
            unknown: list[Key] = []
            for need in needs[start : start + BATCH]:
                try:
                    said = self._questions.profile(need.symbol)
                except UnknownSymbol:
                    unknown.append(need.key)
                except ProviderError as error:
                    self._note(error)
                    self._result.failed.add(need.key)
                else:
                    if said.industry or said.sector:
                        found.append(self._said(need.key, PROFILE, said.industry, said.sector))
                        self._heard(said.industry)
                    else:
                        unknown.append(need.key)
            self._store(found)
            if unknown:
                with self._database.write() as connection:
                    store.store_unknowns(connection, unknown, PROFILE, self._run.now)

    def _said(self, key: Key, source: str, industry: str, sector: str) -> Observation:
        words = {"industry": industry, "sector": sector}
        return Observation(key.region, key.ticker, source, words, self._run.now)

    def _heard(self, industry: str) -> None:
        if industry and industry not in YAHOO_INDUSTRIES:
            self._result.new_words.add(industry)

    def _store(self, found: Sequence[Observation]) -> None:
        if found:
            for start in range(0, len(found), PAGE):
                with self._database.write() as connection:
                    store.store_answers(connection, found[start : start + PAGE])

    def _note(self, error: ProviderError) -> None:
        if not isinstance(error, ProviderDown) or self._result.error is None:
            self._result.error = f"yahoo: {error}"
