"""Asks which of many symbols a provider knows, so that it is asked about those alone.

The answer tells nothing else, but one request has many symbols. Stocks that the provider is known
to know, its canaries, are asked along: what an answer lacks is believed to be unknown only where it
has all canaries of the region.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from spock_core.domain.errors import SpockError, Stopped
from spock_core.domain.stock import PendingStock, StockKey
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.plan import FEWEST_FOR_PRESENCE, Plan, stocks_a_presence
from spock_core.pipeline.fetch.questions import Questions
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending

CANARIES = 5
"""Canaries of a region in one request at most. If it left out half of what it knows, all five
would still be there once in 32 times."""
LEAST_KNOWN = 0.5
"""Where a region has no canary, its answer is believed if this share of its stocks is known."""

log = logging.getLogger(__name__)


class _Batch(NamedTuple):
    """Stocks that are asked about together."""

    stocks: tuple[PendingStock, ...]
    canaries: Mapping[str, tuple[str, ...]]
    """Symbols by region."""

    @property
    def symbols(self) -> tuple[str, ...]:
        canaries = (symbol for symbols in self.canaries.values() for symbol in symbols)
        return (*(stock.symbol for stock in self.stocks), *canaries)


class Presence:
    """The questions for presence of one plan."""

    def __init__(
        self,
        plan: Plan,
        questions: Questions,
        outcome: FetchOutcome,
        canaries: Mapping[StockKey, str],
        database: Database,
        run: RunContext,
    ) -> None:
        """`canaries`: symbols of stocks that the provider is known to know, the best first."""
        self._provider = plan.provider
        self._most = plan.abilities.most_present
        self._questions = questions
        self._outcome = outcome
        self._database = database
        self._run = run
        self._failed = False
        self._known = canaries
        self._canaries: dict[str, list[str]] = {}
        """Those of `known` that nothing is asked about, by region."""

    def known(self, stocks: Sequence[PendingStock]) -> list[PendingStock]:
        """Returns the stocks of which the provider may tell something, in the same order.

        Remembers the others as unknown. Where the questions fail or their answers are
        hollow, all are returned.
        """
        few = len(stocks) < FEWEST_FOR_PRESENCE or not self._most
        if few or self._outcome.down or self._questions.given_up:
            return list(stocks)
        asked, unknown = {stock.key for stock in stocks}, set[StockKey]()
        for key, symbol in self._known.items():
            if key not in asked:
                self._canaries.setdefault(key.region, []).append(symbol)
        for batch, result in self._questions.present(self._batches(stocks)):
            try:
                known = self._outcome.answer(result)
            except Stopped:
                continue
            except SpockError as error:
                self._failed = True
                if self._outcome.down:
                    self._outcome.note_error(error)
                else:
                    log.warning(
                        "%s: which stocks it knows is not told, so each is asked about instead: %s",
                        self._provider.name, error,
                    )  # fmt: skip
                continue
            lacking = _lacking(batch, known)
            with self._database.write() as connection:
                pending.store_unknowns(
                    connection,
                    lacking,
                    self._provider.singles_name,
                    self._run.now,
                    because=pending.LEFT_OUT,
                )
            unknown.update(lacking)
        return [stock for stock in stocks if stock.key not in unknown]

    def _batches(self, stocks: Sequence[PendingStock]) -> Iterator[tuple[_Batch, tuple[str, ...]]]:
        """Yields the batches and their symbols; none any more after one has failed."""
        ordered = iter(sorted(stocks, key=lambda stock: stock.key.region))
        number, most = 0, stocks_a_presence(self._most)
        while part := tuple(islice(ordered, most)):
            if self._failed:
                return
            regions = [region for region, _ in groupby(part, key=lambda stock: stock.key.region)]
            count = min(CANARIES, (self._most - most) // len(regions)) or 1
            batch = _Batch(part, {one: self._turn(one, number, count) for one in regions})
            yield batch, batch.symbols
            number += 1

    def _turn(self, region: str, number: int, count: int) -> tuple[str, ...]:
        """The next canaries of a region, so that one that left it does not spoil all batches."""
        canaries = self._canaries.get(region, ())
        start = number * count % len(canaries) if canaries else 0
        return tuple(canaries[start : start + count])


def _lacking(batch: _Batch, known: frozenset[str]) -> list[StockKey]:
    """The stocks that an answer shows to be unknown."""
    lacking = []
    for region, group in groupby(batch.stocks, key=lambda stock: stock.key.region):
        stocks = tuple(group)
        absent = [stock.key for stock in stocks if stock.symbol not in known]
        canaries = batch.canaries[region]
        believed = (
            known.issuperset(canaries)
            if canaries
            else len(absent) <= (1 - LEAST_KNOWN) * len(stocks)
        )
        if believed:
            lacking += absent
    return lacking
