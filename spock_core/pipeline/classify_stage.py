"""Step 4: classifies what is known of stocks, batch by batch, each stock once a run.

A stage reads the register and yields outcomes; it writes nothing and notifies nobody. Store what
`known` and `related` yield before the next is taken: later batches read what earlier ones wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

from spock_core.classification.classify import classify
from spock_core.classification.explain import deciding_sources
from spock_core.classification.update import classification_update, has_no_sector, is_old
from spock_core.domain import Classification, Listing, Market, Observation
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.source import ISSUER, Source
from spock_core.domain.stock import ClassificationUpdate, Stock, StockKey
from spock_core.pipeline.batch_outcome import BatchOutcome
from spock_core.pipeline.observations import Observations, confirmed, stale_before
from spock_core.pipeline.related_securities import RelatedSecurities
from spock_core.plugins.context import RunContext
from spock_core.store import stocks
from spock_core.store.changes import Change
from spock_core.store.connection.database import Database

BATCH = 2_000
"""Stocks in one transaction."""
ANSWERS = 250
"""Stocks that a provider has answered about which are read and classified together."""

T = TypeVar("T")


class ClassifyStage:
    """Classifies the stocks of a run's regions."""

    def __init__(
        self,
        markets: Sequence[Market],
        sources: Mapping[str, Source],
        database: Database,
        run: RunContext,
    ) -> None:
        """`sources` are asked; what any installed source has said before counts all the same."""
        self.answered: set[StockKey] = set()
        """Stocks about which a provider has answered in this run."""
        self._markets = {market.region: market for market in markets}
        self._observations = Observations(self._markets, sources, run)
        self._related = RelatedSecurities(markets, database, run) if ISSUER in sources else None
        self._issuer_of: Mapping[StockKey, StockKey] = {}
        """The issuer of each stock that takes its issuer's classification."""
        self._database = database
        self._run = run
        self._stale_before = stale_before(run)
        self._refused: dict[str, Set[str]] = {}
        self._waiting: Set[StockKey] = frozenset()

    def refuse(self, region: str, lists: Set[str]) -> None:
        """Notes which lists of a region could not be had or trusted.

        What is known of their stocks is classified all the same, but nothing is confirmed; they
        count as failed where nothing new was learned.
        """
        self._refused[region] = lists

    def find_related(self, regions: Collection[str]) -> Iterator[tuple[str, BaseException]]:
        """Finds which stocks of these regions take their issuer's classification; they are
        classified last.

        Yields the region and the error where a rule of the market raised one.
        """
        if self._related is not None:
            yield from self._related.find(regions)
            self._issuer_of = self._related.issuer_of

    def known(self, regions: Sequence[str], waiting: Set[StockKey]) -> Iterator[BatchOutcome]:
        """Classifies all active stocks but related securities and those that wait for an answer.

        Regions take turns. Stops between batches when the run is asked to stop.
        """
        self._waiting = waiting
        later = waiting | self._issuer_of.keys()
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
                batch = [stock for stock in batch if stock.key not in later]
                if batch:
                    yield self._classify(region, batch)

    def with_answers(
        self, answers: Sequence[Observation], asked: Sequence[str], *, counted: bool = True
    ) -> Iterator[BatchOutcome]:
        """Classifies the stocks that a provider answered about, with what it said.

        `asked`: the names of its sources; `counted`: whether its answers are what the stocks wait
        for, so that they count as classified.
        Related securities that wait for an answer are classified later: only the answer is stored.
        """
        for part in _batched(answers, ANSWERS):
            said: dict[str, list[Observation]] = {}
            for answer in part:
                said.setdefault(answer.region, []).append(answer)
            batches: dict[str, list[Stock]] = {region: [] for region in said}
            for stock in self._read(StockKey(one.region, one.ticker) for one in part):
                batches[stock.listing.region].append(stock)
            for region, batch in batches.items():
                outcome = self._classify(region, batch, said[region], counted=counted)
                outcome.asked = asked
                yield outcome

    def without_answers(
        self, keys: Iterable[StockKey], failed: Set[StockKey]
    ) -> Iterator[BatchOutcome]:
        """Classifies stocks from which no answer came. `failed`: those that could not be asked."""
        by_region: dict[str, list[StockKey]] = {}
        for key in sorted(set(keys) - self._issuer_of.keys()):
            by_region.setdefault(key.region, []).append(key)
        for region, regional in by_region.items():
            for part in _batched(regional, ANSWERS):
                if self._run.stop.asked:
                    return
                yield self._classify(region, self._read(part), failed=failed)

    def related(self, region: str, failed: Set[StockKey] = frozenset()) -> Iterator[BatchOutcome]:
        """Classifies a region's related securities, with the classification of their issuers."""
        waiting = sorted(key for key in self._issuer_of if key.region == region)
        for part in _batched(waiting, ANSWERS):
            if self._run.stop.asked:
                return
            found = self._read({self._issuer_of[key] for key in part})
            issuers = {one.listing.ticker: one for one in found}
            yield self._classify(region, self._read(part), failed=failed, issuers=issuers)

    def _read(self, keys: Iterable[StockKey]) -> list[Stock]:
        with self._database.read() as connection:
            return stocks.read_stocks_of(connection, keys)

    def _classify(
        self,
        region: str,
        batch: Sequence[Stock],
        answers: Sequence[Observation] = (),
        failed: Set[StockKey] = frozenset(),
        issuers: Mapping[str, Stock] = MappingProxyType({}),
        counted: bool = True,
    ) -> BatchOutcome:
        """`issuers`: those that related securities depend on, by ticker; `counted`: whether stocks
        with an answer count as classified."""
        before = {stock.listing.ticker: stock.observations for stock in batch}
        answers = [confirmed(one, before.get(one.ticker, {}).get(one.source)) for one in answers]
        by_ticker = {answer.ticker: answer for answer in answers}
        unconfirmed = {
            stock.key for stock in batch if stock.key in failed or self._list_refused(stock.listing)
        }
        inherited = self._inherit(batch, issuers)
        learned = self._observations.learn(region, batch, inherited, unconfirmed)
        outcome = BatchOutcome(
            region,
            answers,
            [observation for of_stock in learned.values() for observation in of_stock.values()],
        )
        for stock in batch:
            key = stock.key
            answer = by_ticker.get(key.ticker)
            if answer and key in self._issuer_of and key in self._waiting:
                if counted:
                    self.answered.add(key)
                continue
            known = {**stock.observations, **learned.get(key.ticker, {})}
            if answer:
                known[answer.source] = answer
            try:
                found, update = self._classify_stock(stock, known, failed, outcome)
            except PLUGIN_FAULTS as error:
                pass_on(error)
                outcome.faults.append(error)
                outcome.counts.fail("fault")
                continue
            if not answer or (counted and not self._was_counted(key)):
                self._count(stock, found, update, failed, outcome)
        return outcome

    def _classify_stock(
        self,
        stock: Stock,
        known: Mapping[str, Observation],
        failed: Set[StockKey],
        outcome: BatchOutcome,
    ) -> tuple[Classification, ClassificationUpdate | None]:
        """Classifies one stock; adds what is to be written of it. Raises what a rule raises."""
        market = self._markets[outcome.region]
        claims, holds = self._observations.understand(known)
        found = classify(stock.listing, market, claims)
        update = classification_update(
            stock,
            found,
            self._stale_before,
            self._run.now,
            confirmed=holds and stock.key not in failed,
        )
        if update is not None and update.values_changed and stock.classification:
            sources = deciding_sources(stock.listing, market, claims)
            outcome.changes.append(Change(stock.classification, update.classification, sources))
        if update is not None:
            outcome.updates.append(update)
        return found, update

    def _count(
        self,
        stock: Stock,
        found: Classification,
        update: ClassificationUpdate | None,
        failed: Set[StockKey],
        outcome: BatchOutcome,
    ) -> None:
        counts = outcome.counts
        is_new = update is not None and update.values_changed
        if self._failed(stock, failed) and not (is_new and found.sector is not None):
            counts.fail("provider")
        elif found.sector is not None and update is not None:
            counts.enrich(str(found.sector_source))
        elif self._list_refused(stock.listing):
            counts.fail("list")
        elif found.sector is None and has_no_sector(stock, update):
            counts.add_unknown(str(stock.listing.security_type))
        else:
            counts.skipped += 1

    def _failed(self, stock: Stock, failed: Set[StockKey]) -> bool:
        """Whether a stock, or the issuer that was to confirm it, could not be asked about."""
        key = stock.key
        if key in failed:
            return True
        issuer = self._issuer_of.get(key)
        return issuer in failed and is_old(stock, self._stale_before)

    def _inherit(
        self, batch: Sequence[Stock], issuers: Mapping[str, Stock]
    ) -> Iterator[Observation]:
        """What issuers say of their related securities; one that kept its old date in this run
        says only what is new."""
        if self._related is None:
            return
        said = {name: one.classification for name, one in issuers.items() if one.classification}
        since = self._stale_before or self._run.now
        before = {stock.listing.ticker: stock.observations.get(ISSUER) for stock in batch}
        for observation in self._related.observe(batch, said):
            issuer = issuers.get(observation.words.get("issuer", ""))
            known = before[observation.ticker]
            same = known is not None and known.words == observation.words
            if not (same and issuer is not None and is_old(issuer, since)):
                yield observation

    def _was_counted(self, key: StockKey) -> bool:
        """Whether an answered stock was counted before: no question of the plan was about it, or
        two screens have it."""
        before = key in self.answered or key not in self._waiting
        self.answered.add(key)
        return before

    def _list_refused(self, listing: Listing) -> bool:
        refused = self._refused.get(listing.region, ())
        return (listing.kis_exchange or listing.exchange) in refused


def _batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
