"""Chooses the cheapest set of questions to one provider. Pure: asks nobody, knows no database.

A screen of one group answers for many stocks a request; a question about a stock answers for one,
or for a few. Which is cheaper depends on how much is missing and where:

* stocks whose group was known: each group is screened alone, or its stocks are asked about one by
  one, whichever costs less;
* stocks of which nothing is known: all groups are screened over the exchanges of the regions that
  miss most, and the others' are asked about one by one; the split with the lowest cost is taken;
* stocks that a screen did not have: one by one, and only within the provider's budget of a day.
  Where they are many, a cheaper question tells first which of them it knows, if there is one;
* stocks whose key may have passed to another instrument: one by one and outside of the budget.

What a run began a short while ago that did not come to its end is gone on with as it was begun.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from spock_core.domain.queries import PresenceQuery, Provider
from spock_core.domain.stock import (
    FailedGroup,
    KnownStock,
    PendingStock,
    StockKey,
    UnfinishedGroups,
)
from spock_core.pipeline.fetch.costs import Abilities, CostModel, Screen

MISSING_SHARE = 0.05
"""Share of stocks that a screen is expected not to have."""
CANARY_SHARE = 0.1
"""Share of the symbols of one request for presence that are known to be there."""
FEWEST_FOR_PRESENCE = 12
"""Fewer stocks are asked about one by one at once."""
FEWEST_FOR_BULK = 12
"""Up to so many stocks are asked about one by one without any sums."""
DECIDING = frozenset({"sector", "industry", "security_type", "spac"})
"""What a classification follows from. A stock of which a provider could not be asked for it counts
as failed, and only such providers can settle whether a key passed to another instrument."""


@dataclass(frozen=True)
class Plan:
    """What to ask one provider, and what it will cost."""

    provider: Provider
    rate: float = 1.0
    """Requests a second that it may be asked."""
    screens: tuple[Screen, ...] = ()
    """What to screen, the longest lists first, so that no worker is left with one at the end."""
    screened: tuple[PendingStock, ...] = ()
    """Stocks of which the screens should tell."""
    singles: tuple[PendingStock, ...] = ()
    """Stocks to be asked about one by one, the oldest first."""
    beyond: tuple[PendingStock, ...] = ()
    """Stocks for which the budget has no room, unless those that are unknown make some."""
    left: int = 0
    """Stocks that wait for another night, because the budget is used up."""
    expected: int = 0
    """Stocks that will be asked about one by one, as far as can be told, within the budget: those
    of `singles`, and those that screens leave and the provider knows all the same."""
    presence: int = 0
    """Expected requests for the presence of symbols."""
    abilities: Abilities = field(default_factory=Abilities)
    venues: frozenset[str] = frozenset()
    """The provider's codes of the exchanges of the run's regions."""
    doubtful_room: int = 0
    """As `abilities.budget`, for stocks whose key may have passed to another instrument."""
    canaries: Mapping[Screen, frozenset[StockKey]] = field(default_factory=dict)
    """Stocks that each screen had before: if they are missing too, its answer is hollow."""
    known: tuple[KnownStock, ...] = ()
    """Stocks of which the provider has told before, the latest first."""
    again: frozenset[Screen] = frozenset()
    """Screens of groups that failed before, while others were answered."""
    goes_on: bool = False
    """Whether an earlier run has asked some of the screens."""
    due: Counter[str] = field(default_factory=Counter)
    """Stocks of which the provider has something to say, by region."""

    @property
    def waiting(self) -> set[StockKey]:
        """Stocks of which a question of this plan may tell."""
        return {need.key for need in (*self.screened, *self.singles, *self.beyond)}

    @property
    def requests(self) -> dict[str, int]:
        """Expected wire requests by source, without those for cookies, crumbs and tokens."""
        found = {}
        if self.provider.groups is not None:
            found[self.provider.groups.name] = sum(screen.cost for screen in self.screens)
        if isinstance(self.provider.singles, PresenceQuery):
            found[self.provider.singles.presence_name] = self.presence
        if self.provider.singles is not None:
            found[self.provider.singles.name] = ceil(self.expected / self.abilities.most_symbols)
        return found

    @property
    def seconds(self) -> float:
        """How long these requests take at the full rate."""
        return sum(self.requests.values()) / self.rate

    @property
    def decides(self) -> bool:
        """Whether a classification follows from what is asked."""
        return bool(self.provider.tells & DECIDING)

    @property
    def price(self) -> float:
        """Requests for each stock that is asked about."""
        return sum(self.requests.values()) / max(len(self.screened) + len(self.singles), 1)


def cheapest_plan(
    provider: Provider,
    needs: Sequence[PendingStock],
    abilities: Abilities,
    *,
    rate: float = 1.0,
    begun: UnfinishedGroups | None = None,
    known: Sequence[KnownStock] = (),
    again: Sequence[FailedGroup] = (),
    resting: Sequence[FailedGroup] = (),
    venues: frozenset[str] = frozenset(),
) -> Plan:
    """The cheapest plan.

    `begun`: the screens of a run that did not come to its end; `known`: what the provider has told
    before, the latest first; `again` and `resting`: groups that failed and may be asked for again,
    or not yet; `venues`: all codes of the run's regions.
    """
    due = Counter(need.key.region for need in needs)
    open_needs = [need for need in needs if not need.missed and abilities.venues_of(need.stock)]
    open_needs = open_needs if abilities.groups else []
    open_keys = {need.key for need in open_needs}
    singles = [need for need in needs if need.key not in open_keys]
    costs = CostModel(abilities, known, resting)
    screens, screened = costs.go_on(begun, open_needs) if begun else ([], [])
    goes_on = bool(screened)
    covered = {need.key for need in screened}
    repeated, waiting = costs.again(again, [one for one in open_needs if one.key not in covered])
    screens, screened = screens + repeated, screened + waiting
    covered |= {need.key for need in waiting}
    uncovered = [need for need in open_needs if need.key not in covered]
    rest = [need for need in uncovered if not costs.waits(need)]
    if len(rest) > FEWEST_FOR_BULK:
        more, told = costs.cheapest(rest)
        screens, screened = screens + more, screened + told
        covered |= {need.key for need in told}
    singles += [need for need in uncovered if need.key not in covered]
    singles = in_turn(sorted((n for n in singles if not n.rests), key=_oldest_first))
    in_doubt = [need for need in singles if need.doubtful]
    singles = [need for need in singles if not need.doubtful]
    budget, doubtful = abilities.budget, abilities.doubtful
    share = MISSING_SHARE if screens else 1.0
    missing = ceil(share * sum(not need.rests for need in screened))
    presence = _presence(len(singles) + missing, abilities) if budget else 0
    left_out = ceil(abilities.known_share * missing) if presence else missing
    chosen = sorted(set(screens), key=lambda one: (-one.cost, one.group))
    return Plan(
        provider,
        rate,
        screens=tuple(chosen),
        screened=tuple(screened),
        singles=(*in_doubt[:doubtful], *singles[:budget]),
        beyond=tuple(singles[budget:]) if budget else (),
        left=max(len(singles) - budget, 0) + max(len(in_doubt) - doubtful, 0),
        expected=len(in_doubt[:doubtful]) + min(len(singles) + left_out, budget),
        presence=presence,
        abilities=abilities,
        venues=venues,
        doubtful_room=max(doubtful - len(in_doubt), 0),
        canaries=costs.canaries(chosen),
        known=tuple(known),
        again=frozenset(repeated),
        goes_on=goes_on,
        due=due,
    )


def stocks_a_presence(most: int) -> int:
    """Stocks that are asked about in a request for the presence of up to `most` symbols; the rest
    are symbols that are known to be there."""
    return max(most - round(CANARY_SHARE * most), 1)


def _presence(stocks: int, abilities: Abilities) -> int:
    """Requests for the presence of so many stocks."""
    if not abilities.most_present or stocks < FEWEST_FOR_PRESENCE:
        return 0
    return ceil(stocks / stocks_a_presence(abilities.most_present))


def _oldest_first(need: PendingStock) -> tuple[bool, bool, float, StockKey]:
    """Never asked before ever asked, what nobody else has told first, long ago before lately."""
    asked = need.asked_at
    return asked is not None, not need.wanted, asked.timestamp() if asked else 0.0, need.key


def in_turn(needs: Sequence[PendingStock]) -> list[PendingStock]:
    """One stock of each region in turn, so that no region waits for another one's last."""
    places: Counter[str] = Counter()
    ranked = []
    for need in needs:
        ranked.append((places[need.key.region], need))
        places[need.key.region] += 1
    return [need for _, need in sorted(ranked, key=lambda one: one[0])]
