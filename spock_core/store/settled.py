"""Regions of which all is concluded: their data as the last classification left it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import reduce
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    cast,
    delete,
    func,
    insert,
    select,
)

from spock_core.domain import AssetType
from spock_core.store.schema import (
    listing_periods,
    observations,
    settled,
    stock_details,
    tickers,
)

PART = 20_000
"""Rows whose text is in memory at once, and the other rows of the last one's ticker."""
_INPUTS = (
    (tickers, ("last_seen_at",)),
    (listing_periods, ()),
    (observations, ()),
    (stock_details, ("last_updated",)),
)
"""The tables that a classification reads or writes, and their columns that do not matter to it."""
_FIELD, _ROW = "\x1f", "\x1e"


class Settled(NamedTuple):
    """What a region was like when it was last classified to its end."""

    digest: str
    """Of its data and of the code that classified it."""
    oldest: datetime | None
    """The oldest moment that must be fresh, so that nothing is due to be confirmed."""


def digest_of(connection: Connection, region: str, code: str) -> str:
    """Returns a digest of all that the register holds of a region, and of the code's identity."""
    digest = blake2b(code.encode(), digest_size=16)
    for table, left_out in _INPUTS:
        columns = [column for column in table.c if column.name not in left_out]
        for text in _parts(connection, table, columns, region):
            digest.update(text.encode())
    return digest.hexdigest()


def _parts(
    connection: Connection, table: Table, columns: list[Column[object]], region: str
) -> Iterator[str]:
    """Yields the rows of a region as text, put together by the database, a part at a time."""
    after: str | None = ""
    while after is not None:
        rest = select(table).where(table.c.region == region, table.c.ticker > after)
        ordered = rest.order_by(*table.primary_key)
        query = ordered.with_only_columns(table.c.ticker).offset(PART - 1).limit(1)
        last = connection.execute(query).scalar()  # with all its rows, if it has several
        if last is not None:
            ordered = ordered.where(table.c.ticker <= last)
        part = ordered.subquery()
        row = _text_of(connection, [part.c[one.name] for one in columns])
        text = connection.execute(select(func.aggregate_strings(row, _ROW))).scalar()
        if text is not None:
            yield text
        after = last


def _text_of(connection: Connection, columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """A row as text, with a character that no value has between its fields; NULL is empty text."""
    if connection.dialect.name == "sqlite":  # half the time of a sum of texts
        return func.printf(_FIELD.join(["%s"] * len(columns)), *columns, type_=String)
    first, *others = [func.coalesce(_as_text(column), "") for column in columns]
    return reduce(lambda left, right: left + _FIELD + right, others, first + "")


def _as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column if isinstance(column.type, String) else cast(column, String)


def oldest_moment(connection: Connection, region: str, sources: Collection[str]) -> datetime | None:
    """Returns the oldest moment of a region by which something is due to be confirmed.

    `sources`: those that observe listings, without requests.
    """
    confirmed = select(func.min(stock_details.c.enriched_at)).where(
        stock_details.c.region == region, stock_details.c.sector.is_not(None)
    )
    observed = select(func.min(observations.c.observed_at)).where(
        observations.c.region == region, observations.c.source.in_(sources)
    )
    moments = [connection.execute(query).scalar() for query in (confirmed, observed)]
    return min((moment for moment in moments if moment is not None), default=None)


def read_settled(connection: Connection) -> dict[str, Settled]:
    """Returns the regions that were classified to their end."""
    query = select(settled.c.region, settled.c.digest, settled.c.oldest)
    return {region: Settled(*rest) for region, *rest in connection.execute(query)}


def write_settled(connection: Connection, region: str, state: Settled) -> None:
    """Remembers a region that was classified to its end."""
    connection.execute(delete(settled).where(settled.c.region == region))
    connection.execute(insert(settled).values(region=region, **state._asdict()))


def count_by_type(connection: Connection, region: str) -> list[tuple[str, bool, int]]:
    """Returns security type, whether they have a sector, and number of a region's active stocks."""
    has_sector = stock_details.c.sector.is_not(None)
    query = (
        select(tickers.c.security_type, has_sector, func.count())
        .outerjoin(
            stock_details,
            (stock_details.c.region == tickers.c.region)
            & (stock_details.c.ticker == tickers.c.ticker),
        )
        .where(
            tickers.c.region == region,
            tickers.c.is_active,
            tickers.c.asset_type == AssetType.STOCK.value,
        )
        .group_by(tickers.c.security_type, has_sector)
    )
    return [(str(kind), bool(has), count) for kind, has, count in connection.execute(query)]
