"""The budget of a day: how many stocks a provider may be asked about one by one.

Runs on other regions of the same register ask out of the same budget. What they asked since this
run planned is counted in the register, before each few stocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from spock_core.domain.stock import PendingStock, StockKey
from spock_core.pipeline.fetch.costs import Abilities
from spock_core.store.connection.database import Database
from spock_core.store.fetching.pending import count_asked
from spock_core.store.runs import has_others


class DayBudget:
    """What this run may still ask a source today."""

    def __init__(
        self, source: str, abilities: Abilities, database: Database, now: datetime
    ) -> None:
        """`now`: the moment at which the run began."""
        self._source = source
        self._abilities = abilities
        self._database = database
        self._now = now
        self._had: set[StockKey] = set()
        """Stocks that were asked about out of the budget."""

    def part(self, stocks: Sequence[PendingStock]) -> tuple[list[PendingStock], list[PendingStock]]:
        """Parts stocks into those that may be asked about now and those that wait for another day.

        Those whose key is in doubt are outside of the budget; one that is asked about again was
        counted before.
        """
        room = self._room()
        now, later = list[PendingStock](), list[PendingStock]()
        for stock in stocks:
            if stock.doubtful or stock.key in self._had:
                now.append(stock)
            elif len(self._had) < room:
                now.append(stock)
                self._had.add(stock.key)
            else:
                later.append(stock)
        return now, later

    def _room(self) -> int:
        """Stocks that the run may ask about in all, those that it has asked about among them."""
        with self._database.read() as connection:
            if not has_others(connection, self._now):
                return self._abilities.budget
            asked = count_asked(connection, self._source, self._now, by_others=True)
        return self._abilities.budget - max(asked - self._abilities.asked, 0)
