"""Counts what of a staged list the register knows."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from spock_core.domain import Exchange
from spock_core.store.kinds import AS_LISTED
from spock_core.store.lists.list_states import listed_at
from spock_core.store.schema import staged, tickers


class ListComparison(NamedTuple):
    """One list as it was read, beside what the register has of it. Counts are of instruments."""

    known: int
    """Active in the register."""
    kept: int
    """Of these, still in the list, readable or not."""
    new: int
    """In the list, and not among the known ones."""
    retyped: int
    """Known ones whose asset type is another one, or whose security type became another one."""


def compare_list(connection: Connection, region: str, exchange: Exchange) -> ListComparison:
    """Compares the staged lines of one list with the register's instruments of that list.

    What moved to another list of the region has left this one.
    """

    def count(*conditions: ColumnElement[bool], table: Any = tickers) -> int:
        query = select(func.count()).select_from(table).where(*conditions)
        return connection.execute(query).scalar_one()

    known = and_(tickers.c.region == region, tickers.c.is_active, listed_at(exchange))
    in_list = staged.c.list_name == exchange.list_name
    same = tickers.c.ticker == staged.c.ticker
    total = count(known)
    if not total:
        return ListComparison(0, 0, count(in_list, staged.c.readable, table=staged), 0)
    return ListComparison(
        known=total,
        kept=count(known, exists().where(in_list, same)),
        new=count(in_list, staged.c.readable, ~exists().where(known, same), table=staged),
        retyped=count(
            known,
            in_list,
            staged.c.readable,
            or_(*(AS_LISTED[name] != staged.c[name] for name in AS_LISTED)),
            table=tickers.join(staged, same),
        ),
    )
