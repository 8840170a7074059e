"""Regions of which all is concluded: their data as the last classification left it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cache, reduce
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
)

from spock_core.domain import AssetType
from spock_core.store.connection.planner import collect_statistics
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
        for text in _parts(connection, table, left_out, region):
            digest.update(text.encode())
    return digest.hexdigest()


def _parts(
    connection: Connection, table: Table, left_out: tuple[str, ...], region: str
) -> Iterator[str]:
    """Yields the rows of a region as text, put together by the database, a part at a time."""
    after: str | None = ""
    while after is not None:
        rest = {"region": region, "after": after}
        last = connection.execute(_last_of_part(table), {**rest, "left": PART - 1}).scalar()
        dialect = connection.dialect.name
        text_of = _text_of_part(table, left_out, dialect, to_the_end=last is None)
        bounds = rest if last is None else {**rest, "last": last}
        text = connection.execute(text_of, bounds).scalar()
        if text is not None:
            yield text
        after = last


@cache
def _last_of_part(table: Table) -> Select[Any]:
    """The ticker with which a part ends, with all its rows; none for the last part."""
    rest = _rest(table).with_only_columns(table.c.ticker)
    return rest.offset(bindparam("left", type_=Integer)).limit(1)


@cache
def _text_of_part(
    table: Table, left_out: tuple[str, ...], dialect: str, *, to_the_end: bool
) -> Select[Any]:
    """The text of a part, from the ticker behind `after` to `last` or to the region's end."""
    rest = _rest(table)
    part = (rest if to_the_end else rest.where(table.c.ticker <= bindparam("last"))).subquery()
    columns = [column for column in part.c if column.name not in left_out]
    return select(func.aggregate_strings(_text_of(columns, dialect), _ROW))


def _text_of(columns: Sequence[ColumnElement[Any]], dialect: str) -> ColumnElement[Any]:
    """A row as text, with a character that no value has between its fields; NULL is empty text."""
    if dialect == "sqlite":  # half the time of a sum of texts
        return func.printf(_FIELD.join(["%s"] * len(columns)), *columns, type_=String)
    first, *others = [func.coalesce(_as_text(column), "") for column in columns]
    return reduce(lambda left, right: left + _FIELD + right, others, first + "")


def _rest(table: Table) -> Select[Any]:
    rest = select(table).where(table.c.region == bindparam("region"))
    return rest.where(table.c.ticker > bindparam("after")).order_by(*table.primary_key)


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
    """Remembers a region that was classified to its end; so does the planner of PostgreSQL."""
    collect_statistics(connection, stock_details)
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
