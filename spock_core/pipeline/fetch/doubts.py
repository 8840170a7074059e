"""Settles whether a key passed to another instrument, by what sources say of it the same night."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from spock_core.classification.claims import read_claim
from spock_core.classification.periods.identity import (
    Identity,
    Verdict,
    identify_by_answer,
    identify_by_identifiers,
    tells_of_earlier,
)
from spock_core.domain import Observation
from spock_core.domain.listing import KeyChange
from spock_core.domain.stock import Stock, StockKey
from spock_core.plugins.context import RunContext
from spock_core.plugins.contributions import sources_of
from spock_core.store import periods
from spock_core.store.changes import log_settled
from spock_core.store.connection.database import Database
from spock_core.store.identifiers import read_identifiers
from spock_core.store.stocks import read_stocks_of

LAGS = timedelta(days=14)
"""How long a provider may go on telling of the company that a key stood for before."""

log = logging.getLogger(__name__)


class Doubts:
    """The keys of a run whose present instrument an answer may tell."""

    def __init__(
        self, regions: Sequence[str], database: Database, run: RunContext, run_id: int
    ) -> None:
        self.settled: Counter[str] = Counter()
        """Keys that are in doubt no more, by region."""
        self.passed: Counter[str] = Counter()
        """Those of them that passed to another instrument."""
        self._sources = sources_of(run.plugins)
        self._database = database
        self._run = run
        self._run_id = run_id
        self._open: dict[StockKey, periods.Doubt] = {}
        self._ended: dict[StockKey, periods.EndedPeriod] = {}
        with database.read() as connection:
            for region in regions:
                for ticker, doubt in periods.read_doubts(connection, region).items():
                    self._open[StockKey(region, ticker)] = doubt
                ended = periods.read_ended(connection, region, run.now - LAGS)
                self._ended |= {StockKey(region, ticker): one for ticker, one in ended.items()}

    def counts(self, answer: Observation, name: str) -> bool:
        """Whether an answer is about the instrument that its key stands for now.

        `name`: the name by which the provider knows the symbol. An answer about a key in doubt
        settles it, unless the provider may not know yet what the list knows.
        """
        key = StockKey(answer.region, answer.ticker)
        if key in self._ended:
            return not self._is_late(self._ended[key], answer, name)
        return key not in self._open or self._settle(key, self._open[key], answer, name)

    def _is_late(self, ended: periods.EndedPeriod, answer: Observation, name: str) -> bool:
        """Whether the provider still says of the key what it said before, and by the old name."""
        if ended.words.get(answer.source) != answer.words:
            return False
        return tells_of_earlier(ended.name, self._stock(answer).listing.name, name)

    def _settle(self, key: StockKey, doubt: periods.Doubt, answer: Observation, name: str) -> bool:
        stock = self._stock(answer)
        market = self._run.plugins.markets[key.region]
        claim = read_claim(answer, market, self._sources)
        repeated = any(one.words == answer.words for one in stock.observations.values())
        code = claim.gics_code if claim is not None else ""
        names = doubt.listing.name, stock.listing.name
        verdict = identify_by_answer(*names, name, stock.classification, code, repeated=repeated)
        if verdict.identity is Identity.DOUBTFUL and self._run.now - doubt.changed_at < LAGS:
            return False
        self._conclude(key, doubt, stock, answer.source, verdict)
        return True

    def compare_identifiers(
        self, source: str, stated: Mapping[StockKey, Mapping[str, str]]
    ) -> set[StockKey]:
        """Settles doubts by the identifiers that a source states now, before they are stored.

        Returns the keys that passed to another instrument.
        """
        passed = set()
        for key in sorted(self._open.keys() & stated.keys()):
            with self._database.read() as connection:
                known = read_identifiers(connection, key.region, [key.ticker])
                stocks = read_stocks_of(connection, [key])
            verdict = identify_by_identifiers({one.scheme: one.value for one in known}, stated[key])
            if stocks and verdict.identity is not Identity.DOUBTFUL:
                self._conclude(key, self._open[key], stocks[0], source, verdict)
                if verdict.identity is Identity.ANOTHER:
                    passed.add(key)
        return passed

    def _conclude(
        self, key: StockKey, doubt: periods.Doubt, stock: Stock, source: str, verdict: Verdict
    ) -> None:
        names = doubt.listing.name, stock.listing.name
        passed = verdict.identity is Identity.ANOTHER
        now = self._run.now
        with self._database.write() as connection:
            if passed:
                change = KeyChange(key.ticker, *names, source, verdict.reason)
                periods.end_periods(
                    connection, key.region, [change], self._run_id, now, relisted=False
                )
            else:
                log_settled(connection, key.region, [key.ticker], self._run_id, now)
                periods.settle_doubts(connection, key.region, [key.ticker])
        del self._open[key]
        self.settled[key.region] += 1
        if passed:
            self.passed[key.region] += 1
            log.info("%s passed from %s to %s: %s", ":".join(key), *names, verdict.reason)

    def _stock(self, answer: Observation) -> Stock:
        with self._database.read() as connection:
            [stock] = read_stocks_of(connection, [StockKey(answer.region, answer.ticker)])
        return stock
