"""Chooses the cheapest set of questions to Yahoo. Pure: asks nobody, knows no database.

A screen of one industry answers for 250 stocks a request; a profile answers for one. Which is
cheaper depends on how much is missing and where:

* stocks whose industry was known: each industry is screened alone, or its stocks are asked one by
  one, whichever costs less;
* stocks of which nothing is known: all industries are screened over the exchanges of the regions
  that miss most, and the others' are asked one by one; the split with the lowest cost is taken;
* stocks that a screen did not have: one by one, and only within the run's profile budget.

A screen that was answered a short while ago, before its run was killed, costs nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from spock_core.need import Answered, Key, Need

PAGE = 250
"""Stocks that one request of a screen answers for."""
MISSING_SHARE = 0.05
"""Share of stocks that a screen is expected not to have."""
FEWEST_FOR_BULK = 12
"""Up to so many stocks are asked one by one without any sums."""


class Screen(NamedTuple):
    """A question for all stocks of one industry on some exchanges."""

    industry: str
    exchanges: tuple[str, ...]
    """Yahoo's codes."""
    cost: int
    """Expected requests; 0 for a screen that was answered a short while ago."""


@dataclass(frozen=True)
class Plan:
    """What to ask, and what it will cost."""

    screens: tuple[Screen, ...] = ()
    """What to screen, the longest lists first, so that no worker is left with one at the end."""
    screened: tuple[Need, ...] = ()
    """Stocks of which the screens should tell."""
    profiles: tuple[Need, ...] = ()
    """Stocks to be asked one by one, the oldest first."""
    left: int = 0
    """Stocks that wait for another night, because the profile budget is used up."""
    residual: int = 0
    """Profiles that the screens are expected to leave, within the budget."""
    due: Counter[str] = field(default_factory=Counter)
    """Stocks of which Yahoo has something to say, by region."""

    @property
    def waiting(self) -> set[Key]:
        """Stocks of which a question of this plan may tell."""
        return {need.key for need in (*self.screened, *self.profiles)}

    @property
    def requests(self) -> dict[str, int]:
        """Expected wire requests by source; two more for cookie and crumb where any is made."""
        return {
            "yahoo-screener": sum(screen.cost for screen in self.screens),
            "yahoo-profile": len(self.profiles) + self.residual,
        }


def choose(
    needs: Sequence[Need],
    industries: Iterable[str],
    counts: Mapping[tuple[str, str], int],
    codes_of: Callable[[str, str | None], tuple[str, ...]],
    *,
    profiles: int,
    screener: bool = True,
    answered: Sequence[Answered] = (),
) -> Plan:
    """The cheapest plan.

    `counts`: stocks by MIC and industry, as far as known; `codes_of`: Yahoo's codes of a MIC and
    KIS code; `profiles`: single questions that may be asked; `screener`: whether screens may;
    `answered`: screens that were answered a short while ago.
    """
    due = Counter(need.key.region for need in needs)
    askable = [need for need in needs if codes_of(need.exchange, need.kis_exchange)]
    open_needs = [need for need in askable if not need.missed] if screener else []
    open_keys = {need.key for need in open_needs}
    singles = [need for need in needs if need.key not in open_keys]
    screens: list[Screen] = []
    screened: list[Need] = []
    last = max((one.asked_at for one in answered), default=None)
    late = [need for need in open_needs if last is not None and need.listed_at > last]
    if len(late) > FEWEST_FOR_BULK:
        answered = ()  # these answers were given before too many of the stocks were listed
    else:
        singles += late
        open_needs = [need for need in open_needs if need not in late]
    if len(open_needs) <= FEWEST_FOR_BULK:
        singles += open_needs
    else:
        sums = _Sums(counts, codes_of, tuple(industries), open_needs, answered)
        screens, screened = sums.cheapest()
        chosen = {need.key for need in screened}
        singles += [need for need in open_needs if need.key not in chosen]
    singles = in_turn(sorted(singles, key=_oldest_first))
    room = max(profiles - len(singles), 0)
    return Plan(
        screens=tuple(sorted((s for s in screens if s.cost), key=lambda s: (-s.cost, s.industry))),
        screened=tuple(screened),
        profiles=tuple(singles[:profiles]),
        left=max(len(singles) - profiles, 0),
        residual=min(room, ceil(MISSING_SHARE * len(screened))),
        due=due,
    )


def _oldest_first(need: Need) -> tuple[bool, float, Key]:
    """Never asked before ever asked, long ago before lately."""
    asked = need.asked_at
    return asked is not None, asked.timestamp() if asked else 0.0, need.key


def in_turn(needs: Sequence[Need]) -> list[Need]:
    """One stock of each region in turn, so that no region waits for another one's last."""
    places: Counter[str] = Counter()
    ranked = []
    for need in needs:
        ranked.append((places[need.key.region], need))
        places[need.key.region] += 1
    return [need for _, need in sorted(ranked, key=lambda one: one[0])]


class _Sums:
    """Adds up what each way of asking would cost."""

    def __init__(
        self,
        counts: Mapping[tuple[str, str], int],
        codes_of: Callable[[str, str | None], tuple[str, ...]],
        industries: tuple[str, ...],
        needs: Sequence[Need],
        answered: Sequence[Answered],
    ) -> None:
        self._counts = counts
        self._codes_of = codes_of
        self._industries = industries
        self._needs = needs
        self._answered = answered

    def cheapest(self) -> tuple[list[Screen], list[Need]]:
        """Screens, and the stocks of which they should tell; the rest is asked one by one."""
        options = [*self._bulk_options(), self._by_industry()]
        return min(options, key=lambda option: self._cost(*option))

    def _cost(self, screens: list[Screen], screened: list[Need]) -> int:
        return sum(screen.cost for screen in screens) + len(self._needs) - len(screened)

    def _bulk_options(self) -> Iterable[tuple[list[Screen], list[Need]]]:
        """All industries over the exchanges of the neediest regions: of none, one, two … of all."""
        yield [], []
        regions = [r for r, _ in Counter(need.key.region for need in self._needs).most_common()]
        for number in range(1, len(regions) + 1):
            covered = [need for need in self._needs if need.key.region in regions[:number]]
            yield [self._screen(name, covered) for name in self._industries], covered

    def _by_industry(self) -> tuple[list[Screen], list[Need]]:
        """Industries that are cheaper to screen than their known stocks are to ask one by one."""
        known: dict[str, list[Need]] = {}
        for need in self._needs:
            if need.industry in self._industries:
                known.setdefault(str(need.industry), []).append(need)
        screens, screened = [], []
        for name, needs in sorted(known.items()):
            screen = self._screen(name, needs)
            if screen.cost < len(needs):
                screens.append(screen)
                screened += needs
        return screens, screened

    def _screen(self, industry: str, needs: Sequence[Need]) -> Screen:
        venues = {(need.exchange, need.kis_exchange) for need in needs}
        codes = sorted({code for venue in venues for code in self._codes_of(*venue)})
        if any(one.industry == industry and one.exchanges >= set(codes) for one in self._answered):
            return Screen(industry, tuple(codes), 0)
        mics = {mic for mic, _ in venues}
        known = sum(self._counts.get((mic, industry), 0) for mic in mics)
        if not any(mic in mics for mic, _ in self._counts):
            known = ceil(len(needs) / max(len(self._industries), 1))
        return Screen(industry, tuple(codes), max(ceil(known / PAGE), 1))
