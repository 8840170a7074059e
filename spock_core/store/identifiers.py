"""Identifiers of listings and their issuers, with the source of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from spock_core.domain.stock import StockKey
from spock_core.store.rows import update_rows, write_rows
from spock_core.store.schema import identifiers, tickers


class Identifier(NamedTuple):
    """An identifier of a listing."""

    region: str
    ticker: str
    scheme: str
    value: str
    source: str
    observed_at: datetime


def write_identifiers(
    connection: Connection,
    source: str,
    by_stock: Mapping[StockKey, Mapping[str, str]],
    now: datetime,
) -> int:
    """Stores the identifiers that a source states, by scheme; returns how many are new or other.

    One of another source is replaced: of two sources the later one counts. An ISIN is also written
    into `tickers`.
    """
    regions = {key.region for key in by_stock}
    known = {
        (one.region, one.ticker, one.scheme): one.value
        for region in regions
        for one in read_identifiers(connection, region)
    }
    rows = [
        Identifier(*key, scheme, value, source, now)._asdict()
        for key, stated in by_stock.items()
        for scheme, value in stated.items()
        if known.get((*key, scheme)) != value
    ]
    write_rows(connection, identifiers, rows)
    isins = [
        {"region": row["region"], "ticker": row["ticker"], "isin": row["value"]}
        for row in rows
        if row["scheme"] == "ISIN"
    ]
    update_rows(connection, tickers, isins)
    return len(rows)


def read_identifiers(
    connection: Connection, region: str, only: Sequence[str] | None = None
) -> list[Identifier]:
    """The identifiers of a region, or of these of its tickers only, in the order of their keys."""
    query = select(*(identifiers.c[name] for name in Identifier._fields))
    query = query.where(identifiers.c.region == region)
    if only is not None:
        query = query.where(identifiers.c.ticker.in_(only))
    return [Identifier(*row) for row in connection.execute(query.order_by(*_KEY))]


def read_identified(connection: Connection, regions: Sequence[str]) -> set[StockKey]:
    """The stocks of these regions of which any identifier is known."""
    query = select(identifiers.c.region, identifiers.c.ticker).distinct()
    rows = connection.execute(query.where(identifiers.c.region.in_(regions)))
    return {StockKey(*row) for row in rows}


_KEY = (identifiers.c.region, identifiers.c.ticker, identifiers.c.scheme)
