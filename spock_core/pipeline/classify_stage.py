"""Steps 4 and 5: classify what is known of stocks, and store it, each stock once a run.

A batch is what one transaction holds: the answers that a provider gave, what is concluded from
them, and how far the run has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType

from sqlalchemy import Connection

from spock_core.classification.classify import classify
from spock_core.classification.explain import deciding_sources
from spock_core.classification.update import classification_update, has_no_sector
from spock_core.domain import Classification, Listing, Market, Observation
from spock_core.domain.errors import PLUGIN_FAULTS
from spock_core.domain.events import StocksClassified
from spock_core.domain.source import ISSUER, Source
from spock_core.domain.stock import ClassificationUpdate, Stock, StockKey
from spock_core.pipeline.observations import Observations, stale_before
from spock_core.pipeline.progress import StockCounts
from spock_core.pipeline.related_securities import RelatedSecurities
from spock_core.plugins.context import RunContext
from spock_core.store import pending as needs
from spock_core.store import stocks
from spock_core.store.changes import Change, write_changes
from spock_core.store.connection.database import Database

BATCH = 2_000
"""Stocks in one transaction."""
ANSWERS = 250
"""Stocks in one transaction that a provider has answered about."""


class Classifier:
    """Classifies the stocks of a run's regions and keeps the tallies."""

    def __init__(
        self,
        markets: Sequence[Market],
        sources: Mapping[str, Source],
        database: Database,
        run: RunContext,
        run_id: int,
        keep: Callable[[Connection, str], None],
        fault: Callable[[str, BaseException], None],
    ) -> None:
        """`sources` are asked; what any installed source has said before counts all the same.

        `keep` is called with a region in every transaction that stores some of its stocks, `fault`
        with one of whose stocks a rule raised an error.
        """
        self.tallies = {market.region: StockCounts() for market in markets}
        self._markets = {market.region: market for market in markets}
        self._claims = Observations(self._markets, sources, run)
        self.answered: set[StockKey] = set()
        """Stocks of which a provider has told in this run."""
        self.offshoots: dict[StockKey, StockKey] = {}
        """Stocks that wait for what becomes of their issuer, with the issuer."""
        self._families = RelatedSecurities(markets, database, run) if ISSUER in sources else None
        self._database = database
        self._run = run
        self._run_id = run_id
        self._keep = keep
        self._fault = fault
        self._refused: dict[str, Set[str]] = {}
        self._waiting: Set[StockKey] = frozenset()

    def refuse(self, region: str, lists: Set[str]) -> None:
        """Notes which lists of a region could not be had or trusted.

        What is known of their stocks is classified all the same; they count as failed where
        nothing new was learned.
        """
        self._refused[region] = lists

    def find_related(self) -> None:
        """Finds which stocks take their issuer's classification; they are classified last."""
        if self._families is not None:
            self._families.find(self._fault)
            self.offshoots = self._families.issuer_of

    def classify_known(self, regions: Sequence[str], waiting: Set[StockKey]) -> None:
        """Classifies all active stocks but offshoots and those that wait for an answer.

        Regions in turn. Stops between batches when the run is asked to stop.
        """
        self._waiting = waiting
        later = waiting | self.offshoots.keys()
        after = dict.fromkeys(regions, "")
        while after and not self._run.stop.asked:
            for region in list(after):
                if self._run.stop.asked:
                    return
                with self._database.read() as connection:
                    batch = stocks.read_stocks(connection, region, after[region], BATCH)
                if not batch:
                    del after[region]
                    continue
                after[region] = batch[-1].listing.ticker
                batch = [stock for stock in batch if key_of(stock.listing) not in later]
                if batch:
                    self._do_batch(region, batch, ())

    def classify_answered(self, found: Sequence[Observation]) -> None:
        """Stores what a provider said and classifies these stocks with it, but for offshoots."""
        by_region: dict[str, list[Observation]] = {}
        for seen in found:
            by_region.setdefault(seen.region, []).append(seen)
        for region, seen_there in by_region.items():
            for start in range(0, len(seen_there), ANSWERS):
                part = seen_there[start : start + ANSWERS]
                with self._database.read() as connection:
                    batch = stocks.read_stocks_of(connection, region, [one.ticker for one in part])
                self._do_batch(region, batch, part)

    def classify_unanswered(self, keys: Iterable[StockKey], failed: Set[StockKey]) -> None:
        """Classifies stocks from which no answer came. `failed`: those that could not be asked."""
        by_region: dict[str, list[str]] = {}
        for key in sorted(set(keys) - self.offshoots.keys()):
            by_region.setdefault(key.region, []).append(key.ticker)
        for region, tickers in by_region.items():
            for start in range(0, len(tickers), ANSWERS):
                if self._run.stop.asked:
                    return
                part = tickers[start : start + ANSWERS]
                with self._database.read() as connection:
                    batch = stocks.read_stocks_of(connection, region, part)
                self._do_batch(region, batch, (), failed)

    def classify_related(self, region: str, failed: Set[StockKey] = frozenset()) -> None:
        """Classifies a region's offshoots, with what is concluded of their issuers by now."""
        waiting = sorted(key.ticker for key in self.offshoots if key.region == region)
        for start in range(0, len(waiting), ANSWERS):
            if self._run.stop.asked:
                return
            part = waiting[start : start + ANSWERS]
            issuers = {self.offshoots[StockKey(region, ticker)].ticker for ticker in part}
            with self._database.read() as connection:
                batch = stocks.read_stocks_of(connection, region, part)
                shares = stocks.read_stocks_of(connection, region, sorted(issuers))
            concluded = {
                one.listing.ticker: one.classification for one in shares if one.classification
            }
            self._do_batch(region, batch, (), failed, concluded)

    def _do_batch(
        self,
        region: str,
        batch: list[Stock],
        answers: Sequence[Observation],
        failed: Set[StockKey] = frozenset(),
        issuers: Mapping[str, Classification] = MappingProxyType({}),
    ) -> None:
        tally, now = self.tallies[region], self._run.now
        told = self._families.tell(batch, issuers) if self._families is not None else ()
        learned = self._claims.learn(region, batch, told)
        said = {one.ticker: one for one in answers}
        limit = stale_before(self._run)
        market = self._markets[region]
        conclusions: list[ClassificationUpdate] = []
        changes: list[Change] = []
        enriched: Counter[str] = Counter()
        done = 0
        for stock in batch:
            ticker, key = stock.listing.ticker, key_of(stock.listing)
            if ticker in said and key in self.offshoots and key in self._waiting:
                self.answered.add(key)
                continue
            known = {**stock.observations, **learned.get(ticker, {})}
            if ticker in said:
                known[said[ticker].source] = said[ticker]
            try:
                claims = self._claims.of(known)
                found = classify(stock.listing, market, claims)
                conclusion = classification_update(stock, found, limit, now)
                if conclusion and conclusion.values_changed and stock.classification:
                    told_by = deciding_sources(stock.listing, market, claims)
                    changes.append(Change(stock.classification, conclusion.classification, told_by))
            except PLUGIN_FAULTS as error:
                self._fault(region, error)
                tally.fail("fault")
                done += 1
                continue
            if conclusion is not None:
                conclusions.append(conclusion)
            if ticker in said and self._has_counted(key):
                continue
            done += 1
            if found.sector is not None and conclusion is not None:
                enriched[self._claims.counts_as(str(found.sector_source))] += 1
            elif key in failed:
                tally.fail("provider")
            elif self._list_refused(stock.listing):
                tally.fail("list")
            elif found.sector is None and has_no_sector(stock, conclusion):
                tally.unknown += 1
                tally.unknown_by[str(stock.listing.security_type)] += 1
            else:
                tally.skipped += 1
        tally.enriched += enriched.total()
        tally.by_source += enriched
        self._store(region, batch, learned, answers, conclusions, changes)
        event = StocksClassified(region, done, enriched.total(), dict(enriched))
        self._run.notify(event)

    def _has_counted(self, key: StockKey) -> bool:
        """Whether a stock that is answered about was counted before: no question of the plan was
        about it, or two screens have it."""
        before = key in self.answered or key not in self._waiting
        self.answered.add(key)
        return before

    def _list_refused(self, listing: Listing) -> bool:
        refused = self._refused.get(listing.region, ())
        return (listing.kis_exchange or listing.exchange) in refused

    def _store(
        self,
        region: str,
        batch: Sequence[Stock],
        learned: Mapping[str, Mapping[str, Observation]],
        answers: Sequence[Observation],
        conclusions: Sequence[ClassificationUpdate],
        changes: Sequence[Change],
    ) -> None:
        """One transaction; none at all where there is nothing to write."""
        changed = [seen for by_source in learned.values() for seen in by_source.values()]
        if not changed and not conclusions and not answers:
            return
        known = {
            (stock.listing.region, stock.listing.ticker, source)
            for stock in batch
            for source in stock.observations
        }
        with self._database.write() as connection:
            stocks.write_observations(connection, [*changed, *answers], known)
            if answers:
                needs.forget_unknowns(connection, answers)
            stocks.write_updates(connection, conclusions, self._run.now)
            write_changes(connection, changes, self._run_id, self._run.now)
            self._keep(connection, region)


def key_of(listing: Listing) -> StockKey:
    """The key of a stock."""
    return StockKey(listing.region, listing.ticker)
