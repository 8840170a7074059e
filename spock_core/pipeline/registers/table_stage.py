"""Between listing and planning: what the tables of registers say of the stocks."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from spock_core.classification.kinds import decide_kind, stated_kinds, telling_kinds
from spock_core.domain import AssetType, Listing, Market, Observation
from spock_core.domain.errors import ListError, SpockError, StoreError, UsageError
from spock_core.domain.identifiers import valid_identifiers
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.source import Source, TableSource
from spock_core.domain.stock import StockKey
from spock_core.domain.tables import FileState, TableFile, TableRow
from spock_core.domain.text import sanitize
from spock_core.domain.workers.task_result import TaskResult
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.observations import stale_before
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.plugins.faults import reason_of
from spock_core.plugins.selection import missing_settings
from spock_core.sources.http.bounds import Bounds, Patience
from spock_core.sources.http.download import Downloads
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.tables.fetch import (
    MAX_TABLE_BYTES,
    Fetched,
    TableFetcher,
)
from spock_core.store.connection.database import Database
from spock_core.store.fetching.table_sources import (
    TableState,
    has_newer_listings,
    read_file_states,
    read_table_state,
    write_table_state,
)
from spock_core.store.identifiers import write_identifiers
from spock_core.store.kinds import forget_decided, read_as_listed
from spock_core.store.observations import read_keys_before, read_words, write_observations

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Tables that are fetched side by side."""
ATTEMPTS = 3
"""Requests for one file before its source is given up for the night."""
TABLE_SECONDS = 30.0
"""Seconds after which a source is given up that does not answer."""
SHRUNK = 0.8
"""A table with a smaller share of the rows that were applied last is refused."""


class _Question(NamedTuple):
    """One source about one region."""

    source: TableSource
    market: Market
    states: Mapping[str, FileState]
    before: TableState | None


class TableStage:
    """Brings the observations of table sources to what their tables say."""

    def __init__(
        self,
        markets: Sequence[Market],
        sources: Mapping[str, Source],
        database: Database,
        run: RunContext,
        run_id: int,
    ) -> None:
        self._markets = markets
        self._sources = [one for one in sources.values() if isinstance(one, TableSource)]
        self._database = database
        self._run = run
        self.doubts = Doubts([market.region for market in markets], database, run, run_id)

    def apply(self) -> None:
        """Fetches the tables of all sources side by side, and stores what is new.

        A table that cannot be had or trusted is told in the log and in the register; what it said
        before still counts.
        """
        tasks = []
        for question in list(self._questions()):
            with self._attempt(question):
                if files := tuple(question.source.files(question.market)):
                    tasks.append((question, self._fetching(question, files)))
        scheduler = Scheduler(self._run, AT_ONCE)
        for question, result in scheduler.run(tasks, scheduler.workers_for(len(tasks))):
            with self._attempt(question):
                self._take(question, result.get())

    @contextlib.contextmanager
    def _attempt(self, question: _Question) -> Iterator[None]:
        """One step for one source; an error in it is told, and ends that source's alone."""
        try:
            yield
        except (StoreError, UsageError):
            raise
        except PLUGIN_FAULTS as error:
            pass_on(error)
            if self._run.stop.asked:
                return  # its plugin was left behind, or its request was: no fault of the table
            source, region = question.source.name, question.market.region
            log.debug("where %s stopped for %s", source, region, exc_info=error)
            fault = "" if isinstance(error, SpockError) else "a fault: "
            reason = fault + reason_of(error)
            log.warning(
                "%s: %s has no usable table: %s; what it said before still counts",
                region, source, reason,
            )  # fmt: skip
            self._note_failure(question, sanitize(reason))

    def _questions(self) -> Iterator[_Question]:
        """Yields what is asked. A table that was applied so long ago that what it said has grown
        old is read again, changed or not: what it still says is confirmed."""
        limit = stale_before(self._run)
        with self._database.read() as connection:
            for source in self._sources:
                for market in self._markets:
                    region = market.region
                    if source.about.regions and region not in source.about.regions:
                        continue
                    if missing := missing_settings(source, self._run.settings):
                        log.info("%s: %s is not asked: set %s", region, source.name, missing)
                        continue
                    before = read_table_state(connection, source.name, region)
                    anew = (
                        self._run.settings.force_refresh
                        or before is None
                        or before.applied_at is None
                        or before.version != source.about.version
                        or (limit is not None and before.applied_at < limit)
                        or has_newer_listings(connection, region, before.applied_at)
                    )
                    states = {} if anew else read_file_states(connection, source.name, region)
                    yield _Question(source, market, states, before)

    def _fetching(
        self, question: _Question, files: Sequence[TableFile]
    ) -> Callable[[], TaskResult[Fetched]]:
        settings = self._run.settings
        most = ATTEMPTS * len(files)
        downloads = Downloads(
            question.source.about.provider,
            "a table",
            MAX_TABLE_BYTES,
            [file.address for file in files]
            if settings.tables_url is None
            else [settings.tables_url],
            RetryPolicy(min(settings.max_retries, ATTEMPTS - 1), settings.retry_delay),
            self._run.notify,
            self._run.stop,
            self._run.shared("patience", Patience),
            Bounds(most, most, TABLE_SECONDS),
        )
        fetcher = TableFetcher(
            downloads,
            question.states,
            settings.tables_url,
            question.market.region,
            lambda name: getattr(settings, name, None),
        )
        return partial(TaskResult.of, partial(fetcher.fetch, files))

    def _take(self, question: _Question, fetched: Fetched) -> None:
        """Stores what the tables say, if they have changed and can be trusted."""
        source, market, before = question.source, question.market, question.before
        now = self._run.now
        if not fetched.files and before is not None:
            state = before._replace(checked_at=now, failing_since=None, error=None)
            with self._database.write() as connection:
                write_table_state(connection, state)
            return
        with self._database.read() as connection:
            tells_kinds = bool(telling_kinds({source.name: source}, market.region))
            listings = read_as_listed(connection, market.region, stocks_only=not tells_kinds)
            known = read_words(connection, source.name, (market.region,))
            heard_of = frozenset(known)
            limit = stale_before(self._run) or now
            for key in read_keys_before(connection, source.name, market.region, limit):
                del known[key]  # so that it is confirmed, in whichever words
        tables, states = fetched.read()
        rows = list(source.rows(market, tables, listings))
        del tables
        matched = {row.ticker: row for row in rows if row.ticker in listings}
        matched = {
            ticker: row
            for ticker, row in matched.items()
            if listings[ticker].asset_type is AssetType.STOCK
            or StockKey(market.region, ticker) in heard_of
            or self._makes_a_stock(question, listings[ticker], row)
        }
        self._check(question, len(rows), len(matched))
        said, stated = self._what_is_new(question, matched, known)
        if passed := self.doubts.compare_identifiers(source.name, stated):
            known = {key: words for key, words in known.items() if key not in passed}
            said, stated = self._what_is_new(question, matched, known)
        state = TableState(
            source.name, market.region, len(rows), len(matched), now, now, None, None,
            source.about.version,
        )  # fmt: skip
        with self._database.write() as connection:
            write_observations(connection, said)
            write_identifiers(connection, source.name, stated, now)
            write_table_state(connection, state, states)
            forget_decided(connection, market.region)
        log.info(
            "%s: %s: %d rows, %d of them about its stocks, %d new or changed",
            market.region, source.name, len(rows), len(matched), len(said),
        )  # fmt: skip

    def _makes_a_stock(self, question: _Question, listing: Listing, row: TableRow) -> bool:
        """Whether a row states that what its list has as a fund or the like is a stock.

        Nothing else that is said of what is no stock is worth keeping.
        """
        source, market = question.source, question.market
        said = Observation(market.region, row.ticker, source.name, row.words, self._run.now)
        kind = decide_kind(listing, stated_kinds([said], market, {source.name: source}))
        return kind.asset_type is AssetType.STOCK

    def _check(self, question: _Question, rows: int, matched: int) -> None:
        """Raises `ListError` for tables that are hollow or have shrunk."""
        if not rows:
            raise ListError("it has no row that says anything")
        if self._run.settings.accept_shrunk or question.before is None:
            return
        for number, last, what in (
            (rows, question.before.rows, "rows"),
            (matched, question.before.matched, "rows about listed stocks"),
        ):
            if number < SHRUNK * last:
                raise ListError(
                    f"it has {number:,} {what} and had {last:,}: use --accept-shrunk if that is so"
                )

    def _what_is_new(
        self,
        question: _Question,
        matched: Mapping[str, TableRow],
        known: Mapping[StockKey, Mapping[str, str]],
    ) -> tuple[list[Observation], dict[StockKey, dict[str, str]]]:
        """Returns the observations that differ from those known, and all valid identifiers."""
        region, source = question.market.region, question.source.name
        said: list[Observation] = []
        stated: dict[StockKey, dict[str, str]] = {}
        refused = 0
        for ticker, row in sorted(matched.items()):
            key = StockKey(region, ticker)
            if row.words and known.get(key) != dict(row.words):
                said.append(Observation(*key, source, row.words, self._run.now))
            valid, invalid = valid_identifiers(row.identifiers)
            refused += invalid
            if valid:
                stated[key] = valid
        if refused:
            log.warning("%s: %s states %d invalid identifiers", region, source, refused)
        return said, stated

    def _note_failure(self, question: _Question, error: str) -> None:
        now, source, region = self._run.now, question.source.name, question.market.region
        before = question.before or TableState(
            source, region, 0, 0, None, None, None, None, question.source.about.version
        )
        state = before._replace(failing_since=before.failing_since or now, error=error)
        with self._database.write() as connection:
            write_table_state(connection, state)
