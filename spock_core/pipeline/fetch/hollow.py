"""Tells hollow answers from true ones. Pure.

A hollow answer is whole by its form but empty of what must be in it: an outage in the shape of an
answer. What must be in a screen is known from what was in it before (its canaries) or, before a
first answer, from how many stocks a group usually has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set

from spock_core.domain.stock import StockKey
from spock_core.pipeline.fetch.costs import Screen
from spock_core.pipeline.fetch.plan import Plan

LOST_SHARE = 0.2
FEWEST_LOST = 3
"""A screen that lost more stocks of those that were in it is doubtful, as is a list that shrank by
more than a fifth. One or two may have left it for good."""
MOST_WITNESSES = 5
"""So many doubtful screens may each have a cause of its own; more are one outage."""
MOST_ALONE = 5
"""So many groups may each fail for a cause of their own, while the others are sound; more are one
outage."""
HUNDREDS = 200
"""A screen in which so many stocks are expected is not empty in any market that was counted."""
FEWEST_UNKNOWN = 20
"""So many questions that are all answered with "unknown" are an outage."""
FEWEST_CONTRADICTING = 2
"""So many stocks that name a group whose screen was empty show that the screen was hollow."""


class Expectations:
    """Compares the answers to the screens of one plan with what the register knows.

    In all methods, `found` is the group of each stock that a screen had tonight.
    """

    def __init__(self, plan: Plan, stocks: int) -> None:
        """`stocks`: all active ones of the run's regions that the provider may know."""
        self._plan = plan
        self._stocks = stocks
        self._group_of = {one.key: one.group for one in plan.known if one.group}
        self._exchange_of = {one.key: one.stock.exchange for one in plan.known}

    def is_doubtful(self, screen: Screen, total: int, found: Collection[StockKey]) -> bool:
        """Whether a screen that counts `total` stocks may be hollow."""
        canaries = self._plan.canaries.get(screen, frozenset())
        usual = self._plan.abilities.usual_count(screen.group, len(self._plan.screened))
        emptied = is_emptied(total, usual)
        return is_doubtful(canaries, found) or (emptied and not canaries)

    def is_of_others(
        self, screen: Screen, members: Collection[StockKey], found: Mapping[StockKey, str]
    ) -> bool:
        """Whether a screen has stocks that cannot be in its group, as one that was not restricted
        to it."""
        others = Counter(self._group_of.get(key, screen.group) for key in members)
        del others[screen.group]
        tonight = sum(found.get(key, screen.group) != screen.group for key in members)
        return is_of_others(len(members), self._stocks, tonight, others)

    def lost_everywhere(
        self, answered: Iterable[Screen], found: Collection[StockKey]
    ) -> str | None:
        """Why all screens that were answered are hollow together; None if they are not."""
        screens = list(answered)
        stocks = len(self._plan.screened)
        is_whole = bool(screens) and not self._plan.goes_on
        if is_whole and not found and stocks >= FEWEST_UNKNOWN:
            return f"the screens have none of {stocks:,} stocks"
        canaries = {key for screen in screens for key in self._plan.canaries.get(screen, ())}
        exchange = lost_everywhere(canaries, found, self._exchange_of)
        if exchange is None:
            return None
        return f"the screens lack most of the stocks of {exchange} that were in them before"


def is_doubtful(canaries: Set[StockKey], found: Collection[StockKey]) -> bool:
    """Whether too many of the stocks that a screen had before are in no screen of this run."""
    lost = sum(key not in found for key in canaries)
    return lost >= FEWEST_LOST and lost > LOST_SHARE * len(canaries)


def is_emptied(total: int, usual: int) -> bool:
    """Whether a screen that was never answered before has none where hundreds are usual.

    `usual`: stocks that its group usually has among those of which all screens should tell.
    """
    return total == 0 and usual >= HUNDREDS


def is_of_others(
    members: int, stocks: int, found_elsewhere: int, former: Mapping[str, int]
) -> bool:
    """Whether most members of a screen cannot be in its group.

    `stocks`: all stocks of the run's regions that the provider may know; `found_elsewhere`: members
    that other screens have tonight; `former`: members by the other group in which they were last.
    Those of a few groups may have been merged into this one.
    """
    merged = len(former) <= MOST_WITNESSES
    elsewhere = max(found_elsewhere, 0 if merged else sum(former.values()))
    if elsewhere >= FEWEST_UNKNOWN and 2 * elsewhere > members:
        return True
    return members >= HUNDREDS and 2 * members > stocks


def lost_everywhere(
    canaries: Collection[StockKey],
    found: Collection[StockKey],
    exchange_of: Mapping[StockKey, str],
) -> str | None:
    """The exchange of which most canaries are in no screen; None if there is none.

    It finds what is too small to show in any one industry.
    """
    asked = Counter(exchange_of[key] for key in canaries)
    lost = Counter(exchange_of[key] for key in canaries if key not in found)
    for exchange, count in sorted(lost.items()):
        if asked[exchange] >= FEWEST_UNKNOWN and 2 * count > asked[exchange]:
            return exchange
    return None
