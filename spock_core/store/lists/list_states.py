"""How each list's server named the version that was last applied, and what is active of a list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from spock_core.domain import Exchange, ListState
from spock_core.store.rows import write_rows
from spock_core.store.schema import lists, tickers


def listed_at(exchange: Exchange) -> ColumnElement[bool]:
    """That a ticker stands in the list of this exchange."""
    return and_(
        tickers.c.exchange == exchange.mic,
        tickers.c.kis_exchange.is_not_distinct_from(exchange.kis_code),
    )


def read_states(connection: Connection, region: str, reader: str) -> dict[str, ListState]:
    """State by list name, of the lists that this very reader applied.

    A new version of Spock or of a market may read the same list otherwise, so it reads it again.
    """
    query = select(lists.c.list_name, lists.c.etag, lists.c.last_modified)
    query = query.where(lists.c.region == region, lists.c.reader == reader)
    return {
        row.list_name: ListState(row.etag, row.last_modified) for row in connection.execute(query)
    }


def write_state(
    connection: Connection,
    region: str,
    list_name: str,
    state: ListState,
    *,
    reader: str,
    listed: int,
    damaged: int,
    now: datetime,
) -> None:
    """Remembers what was applied; writes nothing where it is what was remembered."""
    values = {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "reader": reader,
        "listed": listed,
        "damaged": damaged,
    }
    query = select(*(lists.c[name] for name in values))
    query = query.where(lists.c.region == region, lists.c.list_name == list_name)
    known = connection.execute(query).first()
    if known is None or tuple(known) != tuple(values.values()):
        row = {"region": region, "list_name": list_name, **values, "applied_at": now}
        write_rows(connection, lists, [row])


def count_active(connection: Connection, region: str, exchange: Exchange | None = None) -> int:
    """Active instruments of all kinds in a region, or in one of its lists."""
    query = select(func.count()).select_from(tickers)
    query = query.where(tickers.c.region == region, tickers.c.is_active)
    if exchange is not None:
        query = query.where(listed_at(exchange))
    return connection.execute(query).scalar_one()
