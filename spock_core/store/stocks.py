"""Reads stocks in batches with all that is known of them, and writes their classifications."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
)

from spock_core.domain import AssetType, Classification, Observation, StoredListing
from spock_core.domain.listing import STORED_FIELDS
from spock_core.domain.stock import ClassificationUpdate, Stock, StockKey
from spock_core.store.observations import read_observations, read_observations_of
from spock_core.store.rows import update_rows, write_rows
from spock_core.store.schema import observations, stock_details, tickers
from spock_core.store.utc_date_time import UtcDateTime

BATCH = 2_000
"""Stocks that are read at once."""
_IS_STOCK = (tickers.c.is_active, tickers.c.asset_type == AssetType.STOCK.value)
CLASSIFICATION_COLUMNS = Classification._fields[2:]
"""What a classification says: all of it but the key."""
_IS_SPAC = CLASSIFICATION_COLUMNS.index("is_spac")
_LISTED = [tickers.c[name] for name in STORED_FIELDS]
_CONCLUDED = [stock_details.c[name] for name in ("enriched_at", *CLASSIFICATION_COLUMNS)]
_NOTHING: Sequence[Any] = [None] * len(_CONCLUDED)


def count_stocks(connection: Connection, region: str) -> int:
    """Active stocks of a region."""
    query = select(func.count()).select_from(tickers).where(*_is_stock(region))
    return connection.execute(query).scalar_one()


def count_classified(connection: Connection, region: str) -> tuple[int, int]:
    """Active stocks of a region, and those of them that have a sector."""
    query = select(func.count(), func.count(stock_details.c.sector)).select_from(tickers)
    query = query.outerjoin(stock_details, _same_stock()).where(*_is_stock(region))
    total, classified = connection.execute(query).one()
    return total, classified


def read_stocks(connection: Connection, region: str, after: str, size: int) -> list[Stock]:
    """The next active stocks behind a ticker, in the order of tickers, at most `size`.

    Their classifications are read apart: how a database would join them with a page of a large
    region depends on what it guesses of the region.
    """
    page = select(*_LISTED).where(*_is_stock(region), tickers.c.ticker > after)
    rows = connection.execute(page.order_by(tickers.c.ticker).limit(size)).all()
    if not rows:
        return []
    first, last = rows[0].ticker, rows[-1].ticker
    query = select(stock_details.c.ticker, *_CONCLUDED).where(
        stock_details.c.region == region, stock_details.c.ticker.between(first, last)
    )
    known = {ticker: concluded for ticker, *concluded in connection.execute(query)}
    said = read_observations(connection, region, observations.c.ticker.between(first, last))
    return [_stock(row, known.get(row.ticker, _NOTHING), said) for row in rows]


def read_stocks_of(connection: Connection, keys: Iterable[StockKey]) -> list[Stock]:
    """The active stocks with these keys, a few hundred at a time, in the order of their keys."""
    wanted = set(keys)
    regions = sorted({key.region for key in wanted})
    names = sorted({key.ticker for key in wanted})
    some = {"regions": regions, "tickers": names}
    rows = [
        row
        for row in connection.execute(_stocks_of(), some)
        if (row.region, row.ticker) in wanted  # another region may have the same ticker
    ]
    said = read_observations_of(connection, regions, names)
    listed = len(_LISTED)
    return [_stock(row[:listed], row[listed:], said.get(row.region, {})) for row in rows]


@cache
def _stocks_of() -> Select[Any]:
    """The statement of `read_stocks_of`, which a run executes for every answer."""
    regions = tickers.c.region.in_(bindparam("regions", expanding=True))
    names = tickers.c.ticker.in_(bindparam("tickers", expanding=True))
    query = select(*_LISTED, *_CONCLUDED).outerjoin(stock_details, _same_stock())
    query = query.where(regions, names, *_IS_STOCK)
    return query.order_by(tickers.c.region, tickers.c.ticker)


def write_updates(
    connection: Connection, updates: Sequence[ClassificationUpdate], now: datetime
) -> None:
    """Writes classifications that are new or changed, and the date of those that are confirmed."""
    written: list[dict[str, Any]] = []
    confirmed: list[dict[str, Any]] = []
    for one in updates:
        found = one.classification
        if one.values_changed:
            dates = {"enriched_at": one.enriched_at, "last_updated": now}
            written.append(found._asdict() | dates)
        else:
            key = {"region": found.region, "ticker": found.ticker}
            confirmed.append(key | {"enriched_at": one.enriched_at})
    write_rows(connection, stock_details, written)
    update_rows(connection, stock_details, confirmed)


def add_missing_rows(connection: Connection, regions: Collection[str], now: datetime) -> None:
    """Gives each active stock of these regions that has no row in `stock_details` an empty one.

    A run that was stopped has not come to all stocks. The next run classifies these for the first
    time: an empty row has no `is_spac`, which every classification has.
    """
    of_region = or_(*(and_(*_is_stock(region)) for region in sorted(regions)))
    missing = (
        select(tickers.c.region, tickers.c.ticker, literal(now, UtcDateTime))
        .outerjoin(stock_details, _same_stock())
        .where(of_region, stock_details.c.region.is_(None))
    )
    key = ["region", "ticker", "last_updated"]
    connection.execute(insert(stock_details).from_select(key, missing))


def _same_stock() -> ColumnElement[bool]:
    return and_(
        stock_details.c.region == tickers.c.region, stock_details.c.ticker == tickers.c.ticker
    )


def _is_stock(region: str) -> tuple[ColumnElement[bool], ...]:
    return (tickers.c.region == region, *_IS_STOCK)


def _stock(
    listed: Iterable[Any],
    concluded: Sequence[Any],
    said: Mapping[str, Mapping[str, Observation]],
) -> Stock:
    """A stock from values of `_LISTED` and `_CONCLUDED`."""
    listing = StoredListing.read_row(listed)
    enriched_at, *classified = concluded
    known = None
    if classified[_IS_SPAC] is not None:  # else no row, or one of `add_missing_rows`
        known = Classification(listing.region, listing.ticker, *classified)
    return Stock(listing, known, enriched_at, said.get(listing.ticker, {}))


def read_all_stocks(
    connection: Connection, regions: Collection[str] | None = None
) -> Iterator[Stock]:
    """All active stocks with all that is known of them, in the order of their keys.

    `regions`: only of these; the register need not have them.
    """
    query = select(tickers.c.region).distinct().order_by(tickers.c.region)
    for region in connection.execute(query).scalars().all():
        if regions is not None and region not in regions:
            continue
        after = ""
        while batch := read_stocks(connection, region, after, BATCH):
            yield from batch
            after = batch[-1].listing.ticker


def read_listings(
    connection: Connection, region: str
) -> tuple[list[StoredListing], list[StoredListing]]:
    """The stocks of a region, in the order of their tickers: active ones, and former ones."""
    query = select(tickers.c.is_active, *_LISTED).where(
        tickers.c.region == region, tickers.c.asset_type == AssetType.STOCK.value
    )
    active: list[StoredListing] = []
    former: list[StoredListing] = []
    for is_active, *row in connection.execute(query.order_by(tickers.c.ticker)):
        listing = StoredListing.read_row(row)
        (active if is_active else former).append(listing)
    return active, former
