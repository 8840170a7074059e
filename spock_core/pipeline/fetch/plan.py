"""Chooses the cheapest set of questions to Yahoo. Pure: asks nobody, knows no database.

A screen of one industry answers for 250 stocks a request; a profile answers for one. Which is
cheaper depends on how much is missing and where:

* stocks whose industry was known: each industry is screened alone, or its stocks are asked one by
  one, whichever costs less;
* stocks of which nothing is known: all industries are screened over the exchanges of the regions
  that miss most, and the others' are asked one by one; the split with the lowest cost is taken;
* stocks that a screen did not have: one by one, and only within the run's profile budget. Where
  they are many, quotes tell first which of them Yahoo knows, 180 a request;
* stocks whose key may have passed to another instrument: one by one and outside of the budget.

What a run began a short while ago that did not come to its end is gone on with as it was begun.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from spock_core.domain.stock import (
    KnownStock,
    PendingStock,
    StockKey,
    UnfinishedScreens,
    UnreadableScreen,
)
from spock_core.pipeline.fetch.usual_counts import usual_count

PAGE = 250
"""Stocks that one request of a screen answers for."""
MISSING_SHARE = 0.05
"""Share of stocks that a screen is expected not to have."""
STOCKS_A_QUOTE = 180
"""Stocks that one request for quotes tells of, whether Yahoo knows them."""
FEWEST_FOR_QUOTES = 12
"""Fewer stocks are asked one by one without any quote."""
FEWEST_FOR_BULK = 12
"""Up to so many stocks are asked one by one without any sums."""


class Screen(NamedTuple):
    """A question for all stocks of one industry on some exchanges."""

    industry: str
    exchanges: tuple[str, ...]
    """Yahoo's codes."""
    cost: int
    """Expected requests."""


@dataclass(frozen=True)
class Plan:
    """What to ask, and what it will cost."""

    screens: tuple[Screen, ...] = ()
    """What to screen, the longest lists first, so that no worker is left with one at the end."""
    screened: tuple[PendingStock, ...] = ()
    """Stocks of which the screens should tell."""
    profiles: tuple[PendingStock, ...] = ()
    """Stocks to be asked one by one, the oldest first."""
    beyond: tuple[PendingStock, ...] = ()
    """Stocks for which the profile budget has no room, unless quotes make some."""
    left: int = 0
    """Stocks that wait for another night, because the profile budget is used up."""
    residual: int = 0
    """Profiles that the screens are expected to leave, within the budget."""
    quotes: int = 0
    """Expected requests for quotes."""
    budget: int = 0
    """Profiles that may be asked at most."""
    doubtful_room: int = 0
    """The same for stocks whose key may have passed to another instrument."""
    canaries: Mapping[Screen, frozenset[StockKey]] = field(default_factory=dict)
    """Stocks that each screen had before: if they are missing too, its answer is hollow."""
    known: tuple[KnownStock, ...] = ()
    """Stocks of which Yahoo has told before, the latest first."""
    goes_on: bool = False
    """Whether an earlier run has asked some of the screens."""
    due: Counter[str] = field(default_factory=Counter)
    """Stocks of which Yahoo has something to say, by region."""

    @property
    def waiting(self) -> set[StockKey]:
        """Stocks of which a question of this plan may tell."""
        return {need.key for need in (*self.screened, *self.profiles, *self.beyond)}

    @property
    def requests(self) -> dict[str, int]:
        """Expected wire requests by source; two more for cookie and crumb where any is made."""
        return {
            "yahoo-screener": sum(screen.cost for screen in self.screens),
            "yahoo-quote": self.quotes,
            "yahoo-profile": len(self.profiles) + self.residual,
        }


def cheapest_plan(
    needs: Sequence[PendingStock],
    industries: Iterable[str],
    counts: Mapping[tuple[str, str], int],
    codes_of: Callable[[str, str | None], tuple[str, ...]],
    *,
    profiles: int,
    doubtful: int = 0,
    screener: bool = True,
    begun: UnfinishedScreens | None = None,
    known: Sequence[KnownStock] = (),
    again: Sequence[UnreadableScreen] = (),
    resting: Sequence[UnreadableScreen] = (),
) -> Plan:
    """The cheapest plan.

    `counts`: stocks by MIC and industry, as far as known; `codes_of`: Yahoo's codes of a MIC and
    KIS code; `profiles`: single questions that may be asked, and `doubtful`: those about stocks
    whose key may have passed to another instrument; `screener`: whether screens may be asked;
    `begun`: the screens of a run that did not come to its end; `known`: what Yahoo has told before;
    `again` and `resting`: screens that were unreadable, and may be asked again, or not yet.
    """
    due = Counter(need.key.region for need in needs)
    askable = [need for need in needs if codes_of(need.exchange, need.kis_exchange)]
    open_needs = [need for need in askable if not need.missed] if screener else []
    open_keys = {need.key for need in open_needs}
    singles = [need for need in needs if need.key not in open_keys]
    sums = _CostModel(counts, codes_of, tuple(industries), resting)
    screens, screened = sums.go_on(begun, open_needs) if begun else ([], [])
    goes_on = bool(screened)
    covered = {need.key for need in screened}
    repeated, waited = sums.again(again, [one for one in open_needs if one.key not in covered])
    screens, screened = screens + repeated, screened + waited
    covered |= {need.key for need in waited}
    rest = [need for need in open_needs if need.key not in covered]
    if len(rest) > FEWEST_FOR_BULK:
        more, told = sums.cheapest(rest)
        screens, screened = [*more, *screens], screened + told
        covered |= {need.key for need in told}
    singles += [need for need in rest if need.key not in covered]
    singles = in_turn(sorted((n for n in singles if not n.rests), key=_oldest_first))
    in_doubt = [need for need in singles if need.doubtful]
    singles = [need for need in singles if not need.doubtful]
    room = max(profiles - len(singles), 0)
    share = MISSING_SHARE if screens else 1.0
    missing = ceil(share * sum(not need.rests for need in screened))
    chosen = sorted(set(screens), key=lambda one: (-one.cost, one.industry))
    return Plan(
        screens=tuple(chosen),
        screened=tuple(screened),
        profiles=(*in_doubt[:doubtful], *singles[:profiles]),
        beyond=tuple(singles[profiles:]) if profiles else (),
        left=max(len(singles) - profiles, 0) + max(len(in_doubt) - doubtful, 0),
        residual=min(room, missing),
        quotes=_quotes(len(singles) + missing) if profiles else 0,
        budget=profiles,
        doubtful_room=max(doubtful - len(in_doubt), 0),
        canaries=sums.canaries(chosen, known),
        known=tuple(known),
        goes_on=goes_on,
        due=due,
    )


def _quotes(stocks: int) -> int:
    """Requests for quotes about so many stocks."""
    return ceil(stocks / STOCKS_A_QUOTE) if stocks >= FEWEST_FOR_QUOTES else 0


def _oldest_first(need: PendingStock) -> tuple[bool, float, StockKey]:
    """Never asked before ever asked, long ago before lately."""
    asked = need.asked_at
    return asked is not None, asked.timestamp() if asked else 0.0, need.key


def in_turn(needs: Sequence[PendingStock]) -> list[PendingStock]:
    """One stock of each region in turn, so that no region waits for another one's last."""
    places: Counter[str] = Counter()
    ranked = []
    for need in needs:
        ranked.append((places[need.key.region], need))
        places[need.key.region] += 1
    return [need for _, need in sorted(ranked, key=lambda one: one[0])]


class _Reach(NamedTuple):
    """What a screen covers."""

    exchanges: tuple[str, ...]
    """Yahoo's codes, in their order."""
    mics: frozenset[str]
    new: int
    """Stocks there whose industry is unknown."""


class _CostModel:
    """Adds up what each way of asking would cost."""

    def __init__(
        self,
        counts: Mapping[tuple[str, str], int],
        codes_of: Callable[[str, str | None], tuple[str, ...]],
        industries: tuple[str, ...],
        resting: Sequence[UnreadableScreen],
    ) -> None:
        self._counts = counts
        self._codes_of = codes_of
        self._industries = industries
        self._resting = resting

    def cheapest(self, needs: Sequence[PendingStock]) -> tuple[list[Screen], list[PendingStock]]:
        """Screens, and the stocks of which they should tell; the rest is asked one by one."""
        options = [*self._bulk_options(needs), self._by_industry(needs)]
        return min(options, key=lambda one: sum(screen.cost for screen in one[0]) - len(one[1]))

    def go_on(
        self, begun: UnfinishedScreens, needs: Sequence[PendingStock]
    ) -> tuple[list[Screen], list[PendingStock]]:
        """What is left of the screens that were begun, and the stocks of which they should tell.

        Not of those that were listed since: some of the screens were answered before.
        """
        resting = {one.industry for one in self._resting}
        everything = begun.industries | resting >= set(self._industries)
        told = [
            need
            for need in needs
            if need.listed_at <= begun.planned_at
            and begun.exchanges >= set(self._codes_of(need.exchange, need.kis_exchange))
            and (everything or need.industry in begun.industries)
        ]
        if not told:
            return [], []
        reach = self._reach(told)
        pending = [
            Screen(industry, exchanges, self._screen(industry, reach).cost)
            for industry, exchanges in begun.pending
        ]
        return pending, told

    def again(
        self, unreadable: Iterable[UnreadableScreen], needs: Sequence[PendingStock]
    ) -> tuple[list[Screen], list[PendingStock]]:
        """Screens that were unreadable, and the stocks that may be in them and in no other."""
        screens, told = list[Screen](), dict[StockKey, PendingStock]()
        for one in unreadable:
            of_it = [
                need
                for need in needs
                if need.unreadable
                and one.exchanges >= set(self._codes_of(need.exchange, need.kis_exchange))
            ]
            if of_it:
                cost = self._screen(one.industry, self._reach(of_it)).cost
                screens.append(Screen(one.industry, tuple(sorted(one.exchanges)), cost))
                told |= {need.key: need for need in of_it}
        return screens, list(told.values())

    def canaries(
        self, screens: Iterable[Screen], known: Iterable[KnownStock]
    ) -> dict[Screen, frozenset[StockKey]]:
        """The stocks that each screen had when it was last asked."""
        venues_of: dict[str, dict[tuple[str, str | None], list[StockKey]]] = {}
        for one in known:
            if one.by_screen:
                venues = venues_of.setdefault(one.industry, {})
                venues.setdefault((one.exchange, one.kis_exchange), []).append(one.key)
        return {
            screen: frozenset(
                key
                for venue, keys in venues_of.get(screen.industry, {}).items()
                if {*self._codes_of(*venue)} <= {*screen.exchanges}
                for key in keys
            )
            for screen in screens
        }

    def _bulk_options(
        self, needs: Sequence[PendingStock]
    ) -> Iterable[tuple[list[Screen], list[PendingStock]]]:
        """All industries over the exchanges of the neediest regions: of none, one, two … of all."""
        yield [], []
        regions = [r for r, _ in Counter(need.key.region for need in needs).most_common()]
        for number in range(1, len(regions) + 1):
            covered = [need for need in needs if need.key.region in regions[:number]]
            reach = self._reach(covered)
            names = [name for name in self._industries if not self._rests(name, reach)]
            yield [self._screen(name, reach) for name in names], covered

    def _by_industry(
        self, needs: Sequence[PendingStock]
    ) -> tuple[list[Screen], list[PendingStock]]:
        """Industries that are cheaper to screen than their known stocks are to ask one by one."""
        known: dict[str, list[PendingStock]] = {}
        for need in needs:
            if need.industry in self._industries:
                known.setdefault(str(need.industry), []).append(need)
        screens, screened = [], []
        for name, of_it in sorted(known.items()):
            reach = self._reach(of_it)
            screen = self._screen(name, reach)
            if screen.cost < len(of_it) and not self._rests(name, reach):
                screens.append(screen)
                screened += of_it
        return screens, screened

    def _reach(self, needs: Iterable[PendingStock]) -> _Reach:
        """What a screen that should tell of these stocks must cover."""
        venues = Counter(
            (need.exchange, need.kis_exchange, need.industry is None) for need in needs
        )
        return _Reach(
            tuple(sorted({code for mic, kis, _ in venues for code in self._codes_of(mic, kis)})),
            frozenset(mic for mic, _, _ in venues),
            sum(stocks for (_, _, is_new), stocks in venues.items() if is_new),
        )

    def _rests(self, industry: str, reach: _Reach) -> bool:
        return any(one.meets(industry, reach.exchanges) for one in self._resting)

    def _screen(self, industry: str, reach: _Reach) -> Screen:
        known = sum(self._counts.get((mic, industry), 0) for mic in reach.mics)
        stocks = known + usual_count(industry, reach.new)
        return Screen(industry, reach.exchanges, max(ceil(stocks / PAGE), 1))
