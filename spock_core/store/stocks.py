"""Reads stocks in batches with all that is known of them, and writes what was concluded."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from spock_core.domain import AssetType, Classification, Listing, Observation, SecurityType
from spock_core.domain.stock import ClassificationUpdate, Stock, StockKey
from spock_core.store.schema import observations, stock_details, tickers

BATCH = 2_000
"""Stocks that are read at once."""
CLASSIFICATION_COLUMNS = Classification._fields[2:]
"""All that is concluded: everything but the key."""
_LISTING = [n for n in Listing._fields if n not in ("is_depositary_receipt", "security_type")]
_SECURITY_TYPES = {kind.value: kind for kind in SecurityType}


def listing_of(row: Mapping[str, Any]) -> Listing:
    """A row of `tickers` as the value it was made from."""
    values = {name: row[name] for name in Listing._fields if name in row}
    values["asset_type"] = AssetType(row["asset_type"])
    values["security_type"] = SecurityType(row["security_type"])
    return Listing(**values)


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
    """The next active stocks behind a ticker, in the order of tickers, at most `size`."""
    query = _stocks(region).where(tickers.c.ticker > after).limit(size)
    rows = connection.execute(query).all()
    if not rows:
        return []
    within = observations.c.ticker.between(rows[0].ticker, rows[-1].ticker)
    said = _observations(connection, region, within)
    return [_stock(tuple(row), said) for row in rows]


def read_stocks_of(connection: Connection, region: str, names: Sequence[str]) -> list[Stock]:
    """The active stocks with these tickers, in their order; a few hundred at a time."""
    rows = connection.execute(_stocks(region).where(tickers.c.ticker.in_(names))).all()
    said = _observations(connection, region, observations.c.ticker.in_(names))
    return [_stock(tuple(row), said) for row in rows]


def read_words(
    connection: Connection, source: str, regions: Collection[str]
) -> dict[StockKey, Mapping[str, str]]:
    """What a source has said of the stocks of these regions, active or not."""
    columns = observations.c
    query = select(columns.region, columns.ticker, columns.words)
    query = query.where(columns.source == source, columns.region.in_(regions))
    return {
        StockKey(region, ticker): json.loads(w) for region, ticker, w in connection.execute(query)
    }


def _stocks(region: str) -> Select[Any]:
    return (
        select(
            tickers.c.security_type,
            stock_details.c.last_updated,
            stock_details.c.enriched_at,
            *[tickers.c[name] for name in _LISTING],
            *[stock_details.c[name] for name in CLASSIFICATION_COLUMNS],
        )
        .outerjoin(stock_details, _same_stock())
        .where(*_is_stock(region))
        .order_by(tickers.c.ticker)
    )


def write_observations(
    connection: Connection, changed: Sequence[Observation], known: Set[tuple[Any, ...]]
) -> None:
    """Writes what sources said. `known`: region, ticker and source of rows that exist."""
    rows = [
        {
            "region": seen.region,
            "ticker": seen.ticker,
            "source": seen.source,
            "words": json.dumps(dict(seen.words), ensure_ascii=False, sort_keys=True),
            "observed_at": seen.observed_at,
        }
        for seen in changed
    ]
    key = ("region", "ticker", "source")
    old = [row for row in rows if (row["region"], row["ticker"], row["source"]) in known]
    new = [row for row in rows if (row["region"], row["ticker"], row["source"]) not in known]
    _insert(connection, observations, new)
    _update(connection, observations, key, old)


def withdraw_observations(connection: Connection, source: str, keys: Iterable[StockKey]) -> None:
    """Forgets what a source has said of these stocks."""
    rows = [{f"key_{name}": value for name, value in key._asdict().items()} for key in keys]
    if rows:
        match = (observations.c[name] == bindparam(f"key_{name}") for name in StockKey._fields)
        connection.execute(
            delete(observations).where(observations.c.source == source, *match), rows
        )


def write_updates(
    connection: Connection, conclusions: Sequence[ClassificationUpdate], now: datetime
) -> None:
    """Writes classifications: new rows, and those whose values or age changed."""
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    confirmed: list[dict[str, Any]] = []
    for conclusion in conclusions:
        found = conclusion.classification
        row: dict[str, Any] = {"region": found.region, "ticker": found.ticker}
        row["enriched_at"] = conclusion.enriched_at
        if conclusion.is_new or conclusion.values_changed:
            row |= {name: getattr(found, name) for name in CLASSIFICATION_COLUMNS}
            row["last_updated"] = now
            (new if conclusion.is_new else changed).append(row)
        else:
            confirmed.append(row)
    key = ("region", "ticker")
    _insert(connection, stock_details, new)
    _update(connection, stock_details, key, changed)
    _update(connection, stock_details, key, confirmed)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _update(
    connection: Connection, table: Table, key: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    """Updates rows by their key; all of them have the same columns."""
    if not rows:
        return
    match = (table.c[name] == bindparam(f"key_{name}") for name in key)
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in key}
    renamed = [{f"key_{n}" if n in key else n: value for n, value in row.items()} for row in rows]
    connection.execute(update(table).where(*match).values(values), renamed)


def _same_stock() -> ColumnElement[bool]:
    return and_(
        stock_details.c.region == tickers.c.region, stock_details.c.ticker == tickers.c.ticker
    )


def _is_stock(region: str) -> tuple[Any, ...]:
    return (
        tickers.c.region == region,
        tickers.c.is_active,
        tickers.c.asset_type == AssetType.STOCK.value,
    )


def _observations(
    connection: Connection, region: str, within: ColumnElement[bool]
) -> dict[str, dict[str, Observation]]:
    query = select(observations).where(observations.c.region == region, within)
    found: dict[str, dict[str, Observation]] = {}
    for row in connection.execute(query):
        found.setdefault(row.ticker, {})[row.source] = Observation(
            row.region, row.ticker, row.source, json.loads(row.words), row.observed_at
        )
    return found


def _stock(row: tuple[Any, ...], said: Mapping[str, Mapping[str, Observation]]) -> Stock:
    """One row of `read_stocks`."""
    kind, last_updated, enriched_at, *rest = row
    values = dict(zip(_LISTING, rest, strict=False))
    values |= {"asset_type": AssetType.STOCK, "security_type": _SECURITY_TYPES[kind]}
    listing = Listing(**values)
    known = None
    if last_updated is not None:
        known = Classification(listing.region, listing.ticker, *rest[len(_LISTING) :])
    return Stock(listing, known, enriched_at, said.get(listing.ticker, {}))


def read_all_stocks(
    connection: Connection, regions: Collection[str] | None = None
) -> Iterator[Stock]:
    """All active stocks with all that is known of them, in the order of their keys.

    `regions`: only of these; the register need not have them.
    """
    query = select(tickers.c.region).distinct().order_by(tickers.c.region)
    there = connection.execute(query).scalars().all()
    for region in there:
        if regions is not None and region not in regions:
            continue
        after = ""
        while batch := read_stocks(connection, region, after, BATCH):
            yield from batch
            after = batch[-1].listing.ticker


_COLUMNS = tuple(n for n in Listing._fields if n in tickers.c and n != "asset_type")


def read_listings(connection: Connection, region: str) -> tuple[list[Listing], list[Listing]]:
    """The stocks of a region, in the order of their tickers: active ones, and former ones."""
    query = select(tickers.c.is_active, *(tickers.c[name] for name in _COLUMNS)).where(
        tickers.c.region == region, tickers.c.asset_type == AssetType.STOCK.value
    )
    kinds = {kind.value: kind for kind in SecurityType}
    active: list[Listing] = []
    former: list[Listing] = []
    for is_active, *row in connection.execute(query.order_by(tickers.c.ticker)):
        values = dict(zip(_COLUMNS, row, strict=True))
        kind = kinds[values.pop("security_type")]
        listing = Listing(**values, asset_type=AssetType.STOCK, security_type=kind)
        (active if is_active else former).append(listing)
    return active, former
