"""Identifiers of listings and their issuers, with the source of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from spock_core.domain.stock import StockKey
from spock_core.store.rows import write_rows
from spock_core.store.schema import identifiers


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

    One of another source is replaced: of two sources the later one counts.
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
    return len(rows)


def read_identifiers(
    connection: Connection, region: str, tickers: Sequence[str] | None = None
) -> list[Identifier]:
    """The identifiers of a region, or of some of its tickers, in the order of their keys."""
    query = select(*(identifiers.c[name] for name in Identifier._fields))
    query = query.where(identifiers.c.region == region)
    if tickers is not None:
        query = query.where(identifiers.c.ticker.in_(tickers))
    return [Identifier(*row) for row in connection.execute(query.order_by(*_KEY))]


def find_by_identifier(connection: Connection, values: Iterable[str]) -> list[StockKey]:
    """The listings of which one of these is an identifier, in the order of their keys."""
    query = select(identifiers.c.region, identifiers.c.ticker).distinct()
    query = query.where(identifiers.c.value.in_(list(values)))
    return [StockKey(*row) for row in connection.execute(query.order_by(*_KEY[:2]))]


_KEY = (identifiers.c.region, identifiers.c.ticker, identifiers.c.scheme)
