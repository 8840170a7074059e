"""What the register lets expect of the screens of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from spock_core.domain.stock import StockKey
from spock_core.pipeline.fetch import hollow
from spock_core.pipeline.fetch.costs import Screen
from spock_core.pipeline.fetch.plan import Plan


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
        emptied = hollow.is_emptied(total, usual)
        return hollow.is_doubtful(canaries, found) or (emptied and not canaries)

    def is_of_others(
        self, screen: Screen, members: Collection[StockKey], found: Mapping[StockKey, str]
    ) -> bool:
        """Whether a screen has stocks that cannot be in its group, as one that was not restricted
        to it."""
        others = Counter(self._group_of.get(key, screen.group) for key in members)
        del others[screen.group]
        tonight = sum(found.get(key, screen.group) != screen.group for key in members)
        return hollow.is_of_others(len(members), self._stocks, tonight, others)

    def lost_everywhere(
        self, answered: Iterable[Screen], found: Collection[StockKey]
    ) -> str | None:
        """Why all screens that were answered are hollow together; None if they are not."""
        screens = list(answered)
        stocks = len(self._plan.screened)
        is_whole = bool(screens) and not self._plan.goes_on
        if is_whole and not found and stocks >= hollow.FEWEST_UNKNOWN:
            return f"the screens have none of {stocks:,} stocks"
        canaries = {key for screen in screens for key in self._plan.canaries.get(screen, ())}
        exchange = hollow.lost_everywhere(canaries, found, self._exchange_of)
        if exchange is None:
            return None
        return f"the screens lack most of the stocks of {exchange} that were in them before"
