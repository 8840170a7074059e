"""Reads stocks in batches with all that is known of them, and writes what was concluded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from spock_core.classification import Classification
from spock_core.domain import (
    AssetType,
    Listing,
    Observation,
    SecurityType,
)
from spock_core.store.schema import observations, stock_details, tickers

CONCLUSIONS = Classification._fields[2:]
"""All that is concluded: everything but the key."""
_LISTING = [n for n in Listing._fields if n not in ("is_depositary_receipt", "security_type")]
_SECURITY_TYPES = {kind.value: kind for kind in SecurityType}


class Stock(NamedTuple):
    """A listing with what is known of it."""

    listing: Listing
    classification: Classification | None = None
    enriched_at: datetime | None = None
    observations: Mapping[str, Observation] = MappingProxyType({})
    """By source."""


class Conclusion(NamedTuple):
    """A classification to be written. `enriched_at` is None where no source says a sector."""

    classification: Classification
    is_new: bool
    values_changed: bool
    enriched_at: datetime | None


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


def _stocks(region: str) -> Select[Any]:
    return (
        select(
            tickers.c.security_type,
            stock_details.c.last_updated,
            stock_details.c.enriched_at,
            *[tickers.c[name] for name in _LISTING],
            *[stock_details.c[name] for name in CONCLUSIONS],
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


def write_conclusions(
    connection: Connection, conclusions: Sequence[Conclusion], now: datetime
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
            row |= {name: getattr(found, name) for name in CONCLUSIONS}
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
