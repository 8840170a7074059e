"""Step 1 of a region: read its lists, refuse what cannot be trusted, and bring the register up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from spock_core.context import RunContext
from spock_core.domain import DamagedLine, Exchange, Listing, ListItem, ListState, Market, VenueList
from spock_core.errors import ListError
from spock_core.events import ListingChanges
from spock_core.store import listings, lists
from spock_core.store.database import Database, write_on

MOST_DAMAGED = 0.2
"""A list with a larger share of damaged lines is not the list it claims to be."""
MOST_SHRUNK = 0.2
"""A list that lost a larger share of its instruments is taken for damaged."""
MOST_REPORTED = 100
BATCH = listings.BATCH

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
    damaged: list[DamagedLine] = field(default_factory=list)
    damaged_count: int = 0

    def add_damage(self, lines: Iterable[DamagedLine]) -> None:
        for line in lines:
            self.damaged_count += 1
            if len(self.damaged) < MOST_REPORTED:
                self.damaged.append(line)


def list_region(market: Market, database: Database, run: RunContext) -> ListingChanges:
    """Reads the market's lists and brings its listings in the register to what they say.

    A list that cannot be had or trusted is named in `refused` and leaves the register as it was.
    """
    region = market.region
    reader = _reader(market, run)
    with database.connect() as connection:
        with connection.begin():
            states = {} if run.settings.force_refresh else lists.read_states(
                connection, region, reader
            )  # fmt: skip
        staging = listings.Staging(connection, region)
        reading = _Reading()
        for venue_list in _lists_of(market, states, run):
            with connection.begin():
                known = listings.count_active(connection, region, venue_list.exchange)
            _take(venue_list, market, staging, reading, run, known)
        reading.add_damage(staging.drop_doubles())
        complete = not reading.refused
        applied = staging.apply(
            run.now,
            whole=[one.exchange for one in reading.read if one.complete and complete],
            unchanged=reading.unchanged,
        )
        with write_on(connection):
            for one in reading.read:
                lists.write_state(
                    connection,
                    region,
                    one.exchange.list_name,
                    one.state if complete else ListState(),
                    reader=reader,
                    listed=one.listed,
                    damaged=one.damaged,
                    now=run.now,
                )
        with connection.begin():
            listed = listings.count_active(connection, region)
    return ListingChanges(
        new=applied.new,
        changed=applied.changed,
        gone=applied.gone,
        back=applied.back,
        listed=listed,
        damaged=tuple(reading.damaged),
        damaged_count=reading.damaged_count,
        not_modified=tuple(exchange.list_name for exchange in reading.unchanged),
        refused=tuple(reading.refused),
    )


def _reader(market: Market, run: RunContext) -> str:
    """Which programs read these lists: another version may read the same list otherwise."""
    from importlib.metadata import version

    plugin = run.plugins.plugin_of(market.region)
    return f"spock-core {version('spock-core')}; {plugin.label if plugin else 'unknown'}"


def _lists_of(market: Market, states: dict[str, ListState], run: RunContext) -> Iterable[VenueList]:
    answer: Iterable[VenueList] | None = run.plugins.hook.spock_listings(
        market=market, states=states, run=run
    )
    if answer is None:
        raise ListError(f"nothing installed knows where the lists of {market.region} come from")
    return answer


def _take(
    venue_list: VenueList,
    market: Market,
    staging: listings.Staging,
    reading: _Reading,
    run: RunContext,
    known: int,
) -> None:
    """Stages one list, or notes why not."""
    exchange = venue_list.exchange
    if venue_list.error is not None:
        reading.refused.append(venue_list.error)
        return
    if venue_list.unchanged:
        reading.unchanged.append(exchange)
        return
    damage: list[DamagedLine] = []
    try:
        listed = _stage(venue_list.items, exchange, market, staging, damage, run)
        _check(exchange, listed, damage, known, accept_shrunk=run.settings.accept_shrunk)
    except ListError as error:
        staging.drop(exchange.list_name)
        reading.refused.append(str(error))
        return
    reading.add_damage(damage)
    complete = all(line.ticker for line in damage)
    reading.read.append(_Read(exchange, venue_list.state, listed, len(damage), complete))


def _stage(
    items: Iterable[ListItem],
    exchange: Exchange,
    market: Market,
    staging: listings.Staging,
    damage: list[DamagedLine],
    run: RunContext,
) -> int:
    listed = 0
    for batch in _batched(items, BATCH):
        good: list[tuple[int, Listing]] = []
        for item in batch:
            if isinstance(item, DamagedLine):
                damage.append(item)
                if item.ticker:
                    staging.protect(item)
            else:
                good.append((item[0], described(item[1], market, run)))
        staging.add(exchange.list_name, good)
        listed += len(good)
    return listed


def described(listing: Listing, market: Market, run: RunContext) -> Listing:
    """A listing with what its market's rules say of it."""
    symbol = market.yahoo_symbol(listing)
    if run.plugins.corrects_symbols:
        corrected = run.plugins.hook.spock_yahoo_symbol(market=market, listing=listing)
        symbol = corrected or symbol
    return listing._replace(security_type=market.security_type(listing), yahoo_symbol=symbol)


def _check(
    exchange: Exchange, listed: int, damage: list[DamagedLine], known: int, *, accept_shrunk: bool
) -> None:
    name = exchange.list_name
    if not listed:
        what = f", the first because it {damage[0].reason}" if damage else ""
        raise ListError(f"{name}: the list has no line that could be read{what}")
    lines = listed + len(damage)
    if len(damage) > MOST_DAMAGED * lines:
        first = damage[0]
        raise ListError(
            f"{name}: {len(damage):,} of {lines:,} lines are damaged (line {first.line}: "
            f"{first.reason}); the list is refused"
        )
    if lines < (1 - MOST_SHRUNK) * known and not accept_shrunk:
        raise ListError(
            f"{name}: the list shrank from {known:,} to {lines:,} instruments and is refused as "
            "damaged; if it really shrank, run once with --accept-shrunk"
        )


def _batched(items: Iterable[T], size: int) -> Iterable[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
