"""Step 1 of a region: read its lists, refuse what cannot be trusted, and bring the register up."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from spock_core.classification.periods.changes import period_changes
from spock_core.domain import (
    DamagedLine,
    Exchange,
    ListItem,
    ListState,
    Market,
    VenueList,
)
from spock_core.domain.errors import ListError, StoreError, UsageError
from spock_core.domain.events import ListingChanges, RefusalKind
from spock_core.domain.listing import ChangedListing, PeriodChanges
from spock_core.domain.text import sanitize
from spock_core.pipeline.listing_checks import (
    MOST_REPORTED,
    Damage,
    Refused,
    check_content,
    check_list,
    check_passed,
    check_so_far,
    check_twice,
)
from spock_core.pipeline.market_rules import apply_market_rules
from spock_core.plugins.checking.listings import HOOK, lists_of
from spock_core.plugins.context import RunContext
from spock_core.store import listings
from spock_core.store.connection.database import Database, write_on
from spock_core.store.lists import list_states as lists
from spock_core.store.periods import read_doubts

BATCH = listings.BATCH
LONGEST_READER = 200

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read:
    """One list that was read and is trusted."""

    exchange: Exchange
    state: ListState
    listed: int
    damaged: int
    complete: bool
    """Nothing is missing that could not be named: what is not in it is gone."""


@dataclass
class _Reading:
    """What reading a region's lists has brought so far."""

    read: list[_Read] = field(default_factory=list)
    unchanged: list[Exchange] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    refused_lists: list[str] = field(default_factory=list)
    refused_kinds: list[RefusalKind] = field(default_factory=list)
    damage: Damage = field(default_factory=Damage)

    def refuse(self, exchange: Exchange, reason: str, kind: RefusalKind) -> None:
        self.refused.append(sanitize(reason))
        self.refused_lists.append(exchange.list_name)
        self.refused_kinds.append(kind)


class RegionLists:
    """The lists of one region: read and staged by any one thread, applied by the one that writes.

    A list that cannot be had or trusted is named in `refused` and leaves the register as it was.
    Close it when it is done with.
    """

    def __init__(self, market: Market, database: Database, run: RunContext) -> None:
        self._market = market
        self._run = run
        self._readers = _readers(market, run)
        self._reading = _Reading()
        self._open = contextlib.ExitStack()
        self._database = database
        self.seconds = 0.0
        """Time that reading took."""

    def read(self) -> None:
        """Reads the lists into a temporary table of a connection of their own. Writes nothing."""
        started = time.monotonic()
        try:
            with self._database.plainly():
                self._read()
        finally:
            self.seconds = time.monotonic() - started

    def _read(self) -> None:
        region, run = self._market.region, self._run
        self._connection = self._open.enter_context(self._database.connect())
        with self._connection.begin():
            states = {} if run.settings.force_refresh else lists.read_states(
                self._connection, region, self._readers
            )  # fmt: skip
        self._staging = listings.Staging(self._connection, region)
        for venue_list in lists_of(self._market, states, run):
            run.stop.check()
            _take(venue_list, self._market, self._staging, self._reading, run)

    def apply(self, run_id: int) -> ListingChanges:
        """Brings the region's listings in the register to what its lists say."""
        with self._database.plainly():
            return self._apply(run_id)

    def _apply(self, run_id: int) -> ListingChanges:
        region, reading, now = self._market.region, self._reading, self._run.now
        changed = self._staging.changed(reading.unchanged)
        periods = _period_changes(changed, self._market)
        if self._refuse_mixed_up(periods):
            changed = self._staging.changed(reading.unchanged)
            periods = _period_changes(changed, self._market)
        complete = not reading.refused
        applied = self._staging.apply(
            now,
            whole=[one.exchange for one in reading.read if one.complete and complete],
            unchanged=reading.unchanged,
            periods=periods,
            run_id=run_id,
        )
        for change in periods.passed:
            log.info(
                "%s:%s passed from %s to %s: %s",
                region, change.ticker, change.before, change.now, change.reason,
            )  # fmt: skip
        known = {one.exchange.list_name for one in reading.read if complete and one.complete} - {
            line.list_name for line in periods.ignored
        }
        if reading.read:  # on PostgreSQL, a transaction waits for the disk, whatever it writes
            with write_on(self._connection):
                for one in reading.read:
                    lists.write_state(
                        self._connection,
                        region,
                        one.exchange.list_name,
                        one.state if one.exchange.list_name in known else ListState(),
                        reader=self._readers,
                        listed=one.listed,
                        damaged=one.damaged,
                        now=now,
                    )
        with self._connection.begin():
            listed = lists.count_active(self._connection, region)
            doubtful = len(read_doubts(self._connection, region))
        return ListingChanges(
            new=applied.new,
            changed=applied.changed,
            gone=applied.gone,
            back=applied.back,
            passed=applied.passed,
            doubtful=doubtful,
            listed=listed,
            damaged=tuple(reading.damage.first),
            damaged_count=reading.damage.count,
            not_modified=tuple(exchange.list_name for exchange in reading.unchanged),
            refused=tuple(reading.refused),
            refused_lists=tuple(reading.refused_lists),
            refused_kinds=tuple(reading.refused_kinds),
        )

    def _refuse_mixed_up(self, periods: PeriodChanges) -> bool:
        """Refuses the lists in which too many keys passed to another instrument."""
        passed = Counter(change.list_name for change in periods.passed)
        refused = False
        for one in [one for one in self._reading.read if passed[one.exchange.list_name]]:
            name, known = one.exchange.list_name, self._staging.known(one.exchange)
            accept = self._run.settings.accept_shrunk
            try:
                check_passed(one.exchange, passed[name], known, accept_changed=accept)
            except Refused as refusal:
                self._staging.drop(name)
                self._reading.read.remove(one)
                self._reading.refuse(one.exchange, str(refusal), refusal.kind)
                refused = True
        return refused

    def close(self) -> None:
        """Gives the connection back."""
        self._open.close()


def _period_changes(changed: Sequence[ChangedListing], market: Market) -> PeriodChanges:
    try:
        return period_changes(changed, market)
    except (UsageError, StoreError) as error:  # from elsewhere these end the run for all regions
        raise ListError(f"market {market.region}: one of its rules failed: {error}") from error


def _readers(market: Market, run: RunContext) -> str:
    """Which programs may read these lists: another version may read the same list otherwise."""
    from importlib.metadata import version

    owner = run.plugins.plugin_of(market.region)
    plugins = ([owner] if owner else []) + list(run.plugins.implementers(HOOK))
    labels = dict.fromkeys(plugin.label for plugin in plugins)
    return "; ".join((f"spock-core {version('spock-core')}", *labels))[:LONGEST_READER]


def _take(
    venue_list: VenueList,
    market: Market,
    staging: listings.Staging,
    reading: _Reading,
    run: RunContext,
) -> None:
    """Stages one list, or notes why not."""
    exchange = venue_list.exchange
    if venue_list.error is not None:
        reading.refuse(exchange, venue_list.error, RefusalKind.UNAVAILABLE)
        return
    if venue_list.unchanged:
        reading.unchanged.append(exchange)
        return
    damage = Damage()
    try:
        listed = _stage(venue_list.items, exchange, market, staging, damage, run)
        doubles = staging.drop_doubles(exchange.list_name, MOST_REPORTED)
        listed -= doubles.lines
        accept = run.settings.accept_shrunk
        known = staging.known(exchange)
        check_list(exchange, listed, damage, known, accept_changed=accept)
        check_twice(exchange, doubles.tickers, listed, accept_changed=accept)
        check_content(exchange, staging.compare(exchange), accept_changed=accept)
    except Refused as refusal:
        staging.drop(exchange.list_name)
        reading.refuse(exchange, str(refusal), refusal.kind)
        return
    except ListError as error:
        staging.drop(exchange.list_name)
        reading.refuse(exchange, str(error), RefusalKind.UNAVAILABLE)
        return
    damaged = damage.count + doubles.lines
    reading.read.append(_Read(exchange, venue_list.state, listed, damaged, damage.all_named))
    damage.add(doubles.first, doubles.lines)
    reading.damage.merge(damage)


def _stage(
    items: Iterable[ListItem],
    exchange: Exchange,
    market: Market,
    staging: listings.Staging,
    damage: Damage,
    run: RunContext,
) -> int:
    listed = 0
    owner = run.plugins.plugin_of(market.region)
    rules = (owner.key if owner else market.region), f"rules of market {market.region}"
    for batch in _batched(items, BATCH):
        run.stop.check()
        damaged = [item for item in batch if isinstance(item, DamagedLine)]
        with run.plugins.calls.within(*rules):
            good = [
                (item[0], apply_market_rules(item[1], market, run))
                for item in batch
                if not isinstance(item, DamagedLine)
            ]
        damage.add(damaged)
        check_so_far(exchange, damage)
        staging.protect(damaged)
        staging.add(exchange.list_name, good)
        listed += len(good)
    return listed


def _batched(items: Iterable[T], size: int) -> Iterable[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
