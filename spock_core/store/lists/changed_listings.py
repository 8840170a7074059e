"""Finds the lines of staged lists that may be of another instrument than the register has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    or_,
    select,
)

from spock_core.domain import Exchange, StoredListing
from spock_core.domain.listing import ChangedListing
from spock_core.store.kinds import AS_LISTED
from spock_core.store.lists.list_states import listed_at
from spock_core.store.periods import read_doubts
from spock_core.store.schema import LISTING_COLUMNS, staged, stock_details, tickers

IDENTITY_COLUMNS = ("name", "name_local", "asset_type")
"""Where none of these changed, the instrument is the same."""
_COMPARED = ("name", "name_local", "kis_sector_code")
"""What is compared as the list has it: what it leaves empty tells nothing."""


def read_changed_listings(
    connection: Connection, region: str, unchanged: Sequence[Exchange]
) -> list[ChangedListing]:
    """Returns the lines whose names or asset type differ from the register's, by line.

    Of a ticker that is in two lists, all lines are returned, also if one of the lists is
    `unchanged` and was not read. A ticker that is new to the register and in two lists keeps its
    first line.
    """
    twice = _listed_twice(connection)
    if twice:
        _drop_doubles_of_new(connection, region, twice)
    values = {"region": region, "twice": twice}
    rows = connection.execute(_changed(tuple(unchanged)), values).mappings().all()
    doubts = read_doubts(connection, region) if rows else {}
    changed = []
    for row in rows:
        key = {"region": row["region"], "ticker": row["ticker"]}
        stored, listed = (
            StoredListing.read(key | {name: row[f"{when}_{name}"] for name in LISTING_COLUMNS})
            for when in ("stored", "listed")
        )
        doubt = doubts.get(row["ticker"])
        changed.append(
            ChangedListing(
                line_id=row["row"],
                list_name=row["list_name"],
                stored=doubt.listing if doubt else stored,
                listed=listed,
                was_spac=bool(row["is_spac"]),
                was_gone=not row["is_active"],
                in_doubt=doubt is not None,
                in_its_list=(stored.exchange, stored.kis_exchange)
                == (listed.exchange, listed.kis_exchange),
                stays_listed=bool(row["stays_listed"]),
            )
        )
    return changed


@lru_cache(maxsize=64)
def _changed(unchanged: tuple[Exchange, ...]) -> Select[Any]:
    """The statement of `read_changed_listings`, which a run executes for each region."""
    known = {name: AS_LISTED.get(name, tickers.c[name]) for name in LISTING_COLUMNS}
    fresh = {
        name: staged.c[name] if name in _COMPARED else func.coalesce(staged.c[name], value)
        for name, value in known.items()
    }
    differs = [
        known[name].is_distinct_from(func.coalesce(staged.c[name], known[name]))
        for name in IDENTITY_COLUMNS
    ]
    stays_listed = and_(
        tickers.c.is_active,
        or_(false(), *(listed_at(exchange) for exchange in unchanged)),
    )
    twice: BindParameter[Any] = bindparam("twice", expanding=True)
    return (
        select(
            staged.c.row,
            staged.c.list_name,
            stays_listed.label("stays_listed"),
            tickers.c.is_active,
            tickers.c.region,
            tickers.c.ticker,
            stock_details.c.is_spac,
            *[value.label(f"stored_{name}") for name, value in known.items()],
            *[value.label(f"listed_{name}") for name, value in fresh.items()],
        )
        .select_from(tickers)
        .join(staged, _of_key(bindparam("region")))
        .outerjoin(
            stock_details,
            and_(
                stock_details.c.region == tickers.c.region,
                stock_details.c.ticker == tickers.c.ticker,
            ),
        )
        .where(staged.c.readable, or_(*differs, staged.c.ticker.in_(twice), stays_listed))
        .order_by(staged.c.row)
    )


def drop_lines(connection: Connection, lines: Iterable[ChangedListing]) -> None:
    """Forgets staged lines; a few."""
    ids = [line.line_id for line in lines]
    if ids:
        connection.execute(delete(staged).where(staged.c.row.in_(ids)))


def _listed_twice(connection: Connection) -> list[str]:
    """Tickers that are in more than one list."""
    query = select(staged.c.ticker).where(staged.c.readable).group_by(staged.c.ticker)
    return list(connection.execute(query.having(func.count() > 1)).scalars())


def _drop_doubles_of_new(connection: Connection, region: str, twice: list[str]) -> None:
    first = staged.alias("first")
    connection.execute(
        delete(staged).where(
            staged.c.ticker.in_(twice),
            ~exists().where(_of_key(region)),
            exists().where(
                first.c.ticker == staged.c.ticker, first.c.readable, first.c.row < staged.c.row
            ),
        )
    )


def _of_key(region: str | BindParameter[str]) -> ColumnElement[bool]:
    return and_(tickers.c.region == region, tickers.c.ticker == staged.c.ticker)
