"""Listing periods: a key that passes to another instrument begins anew, and the past is kept.

`tickers`, `stock_details`, `observations`, `unknowns` and `identifiers` hold the present period of
a key alone, so that nothing that is read from them can belong to an earlier one. `listing_periods`
has the earlier periods: the listing, its identifiers, its classification and the observations from
which it followed. A row without `ended_at` is a doubt: the list names another instrument since
`changed_at`, and it is not known whether it is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, null, select, update

from spock_core.domain import Observation, StoredListing
from spock_core.domain.listing import KeyChange
from spock_core.domain.stock import StockKey
from spock_core.domain.text import format_utc
from spock_core.store.identifiers import read_identifiers
from spock_core.store.kinds import AS_LISTED, as_listed_again
from spock_core.store.observations import read_observations_of
from spock_core.store.past_states import keep_changed
from spock_core.store.rows import in_parts
from spock_core.store.schema import (
    LISTING_COLUMNS,
    changes,
    identifiers,
    listing_periods,
    observations,
    stock_details,
    tickers,
    unknowns,
)

PASSED = "instrument"
"""The field under which `changes` logs that a key passed to another instrument."""
_LONGEST_NAME = 64
_LONGEST_REASON = 200
_CLASSIFICATION = [
    column.name
    for column in stock_details.c
    if column.name in listing_periods.c and not column.primary_key
]
_KNOWN = (*_CLASSIFICATION, "observations", "identifiers", "reason")
_EMPTIED = [name for name in LISTING_COLUMNS if tickers.c[name].nullable]
_STORED = ("region", "ticker", *LISTING_COLUMNS)
_LISTING = (*_STORED, "first_seen_at", "last_seen_at")


class Doubt(NamedTuple):
    """A key of which it is not known whether it passed to another instrument."""

    listing: StoredListing
    """What the key stood for before."""
    changed_at: datetime
    """When its list first named something else."""
    reason: str


class EndedPeriod(NamedTuple):
    """What a key stood for before."""

    name: str | None
    words: dict[str, dict[str, str]]
    """What sources had said of it, by source."""


def end_periods(
    connection: Connection,
    region: str,
    passed: Sequence[KeyChange],
    run_id: int,
    now: datetime,
    *,
    relisted: bool = True,
) -> None:
    """Ends the periods of these keys, and begins new ones of which nothing is known.

    Of a key in doubt, the period ended when the doubt began. `relisted`: the new listing is written
    next; what a list may leave empty is emptied before, so that nothing of the old one is left.
    """
    began_anew = as_listed_again() | (dict.fromkeys(_EMPTIED, null()) if relisted else {})
    for some in in_parts(passed):
        names = [change.ticker for change in some]
        doubts = read_doubts(connection, region, names)
        present = _present_periods(connection, region, names)
        keep_changed(connection, region, names, now)
        for change in some:
            row, doubt = present[change.ticker], doubts.get(change.ticker)
            row["reason"] = change.reason[:_LONGEST_REASON]
            if doubt is None:
                row["period"] = _next_period(connection, region, change.ticker)
                row |= {"changed_at": now, "ended_at": now}
                connection.execute(insert(listing_periods).values(row))
            else:
                known = {name: row[name] for name in _KNOWN}
                open_doubt = update(listing_periods).where(*_open_doubts(region, [change.ticker]))
                connection.execute(open_doubt.values(known | {"ended_at": doubt.changed_at}))
            began = now if doubt is None else doubt.changed_at
            connection.execute(
                update(tickers)
                .where(tickers.c.region == region, tickers.c.ticker == change.ticker)
                .values({"first_seen_at": began, "is_active": True, "isin": None} | began_anew)
            )
        for table in (observations, unknowns, identifiers, stock_details):
            of_keys = (table.c.region == region, table.c.ticker.in_(names))
            connection.execute(delete(table).where(*of_keys))
        connection.execute(insert(changes), [_logged(region, one, run_id, now) for one in some])


def _logged(region: str, change: KeyChange, run_id: int, now: datetime) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "region": region,
        "ticker": change.ticker,
        "field": PASSED,
        "before": change.before[:_LONGEST_NAME] if change.before else None,
        "after": change.now[:_LONGEST_NAME] if change.now else None,
        "source": change.source,
        "changed_at": now,
    }


def begin_doubts(
    connection: Connection, region: str, doubtful: Sequence[KeyChange], now: datetime
) -> None:
    """Keeps what these keys stood for so far, until it is known whether they passed.

    A key that is in doubt already keeps what it stood for before. Its kind is the list's, with
    which the next lists are compared.
    """
    for some in in_parts(doubtful):
        names = [change.ticker for change in some]
        doubts = read_doubts(connection, region, names)
        query = select(*(AS_LISTED.get(name, tickers.c[name]).label(name) for name in _LISTING))
        query = query.where(tickers.c.region == region, tickers.c.ticker.in_(names))
        present = {row["ticker"]: dict(row) for row in connection.execute(query).mappings()}
        for change in some:
            if change.ticker not in doubts:
                row = present[change.ticker] | {"changed_at": now}
                row["reason"] = change.reason[:_LONGEST_REASON]
                row["period"] = _next_period(connection, region, change.ticker)
                connection.execute(insert(listing_periods).values(row))


def settle_doubts(connection: Connection, region: str, settled: Sequence[str]) -> None:
    """Ends the doubts of keys that stand for the same instrument as before."""
    for names in in_parts(settled):
        connection.execute(delete(listing_periods).where(*_open_doubts(region, names)))


def read_doubts(
    connection: Connection, region: str, names: Sequence[str] | None = None
) -> dict[str, Doubt]:
    """The doubts of a region, or those of them that concern these tickers, by ticker."""
    columns = [listing_periods.c[name] for name in (*_STORED, "changed_at", "reason")]
    query = select(*columns).where(*_open_doubts(region, names))
    return {
        row["ticker"]: Doubt(StoredListing.read(dict(row)), row["changed_at"], row["reason"])
        for row in connection.execute(query).mappings()
    }


def read_doubtful_keys(connection: Connection) -> list[StockKey]:
    """All keys in doubt, in their order."""
    columns = listing_periods.c
    query = select(columns.region, columns.ticker).where(columns.ended_at.is_(None))
    return [StockKey(*row) for row in connection.execute(query.order_by(*query.selected_columns))]


def read_earlier_listings(connection: Connection, region: str) -> dict[str, list[StoredListing]]:
    """What the keys of a region stood for in earlier periods, by ticker, the latest first. Of a key
    in doubt, also what it stood for before: its related securities are still named after that."""
    columns = [listing_periods.c[name] for name in _STORED]
    query = select(*columns).where(listing_periods.c.region == region)
    found: dict[str, list[StoredListing]] = {}
    for row in connection.execute(query.order_by(listing_periods.c.period.desc())).mappings():
        found.setdefault(row["ticker"], []).append(StoredListing.read(dict(row)))
    return found


def read_ended(
    connection: Connection, region: str, since: datetime | None = None
) -> dict[str, EndedPeriod]:
    """The last ended period of each key that has one, by ticker; those that ended since."""
    columns = listing_periods.c
    query = select(columns.ticker, columns.name, columns.observations).where(
        columns.region == region, columns.ended_at.is_not(None)
    )
    if since is not None:
        query = query.where(columns.ended_at >= since)
    return {
        ticker: EndedPeriod(name, {one["source"]: one["words"] for one in json.loads(said)})
        for ticker, name, said in connection.execute(query.order_by(columns.period))
    }


def _open_doubts(region: str, names: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    columns = listing_periods.c
    of_region = (columns.region == region, columns.ended_at.is_(None))
    return of_region if names is None else (*of_region, columns.ticker.in_(names))


def _present_periods(
    connection: Connection, region: str, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The present periods of these keys as rows of `listing_periods`, by ticker."""
    columns = [tickers.c[name] for name in _LISTING]
    columns += [stock_details.c[name] for name in _CLASSIFICATION]
    same = (stock_details.c.region == tickers.c.region, stock_details.c.ticker == tickers.c.ticker)
    query = select(*columns).outerjoin(stock_details, and_(*same))
    query = query.where(tickers.c.region == region, tickers.c.ticker.in_(names))
    said = read_observations_of(connection, [region], names).get(region, {})
    known: dict[str, dict[str, str]] = {}
    for one in read_identifiers(connection, region, names):
        known.setdefault(one.ticker, {})[one.scheme] = one.value
    return {
        row["ticker"]: {
            **row,
            "observations": _text(said.get(row["ticker"], {}).values()),
            "identifiers": json.dumps(known.get(row["ticker"], {}), sort_keys=True),
        }
        for row in connection.execute(query).mappings()
    }


def _text(said: Iterable[Observation]) -> str:
    rows: Iterator[dict[str, Any]] = (
        {
            "source": one.source,
            "words": dict(one.words),
            "observed_at": format_utc(one.observed_at),
        }
        for one in sorted(said, key=lambda one: one.source)
    )
    return json.dumps(list(rows), ensure_ascii=False, sort_keys=True)


def _next_period(connection: Connection, region: str, ticker: str) -> int:
    query = select(func.coalesce(func.max(listing_periods.c.period), 0) + 1)
    query = query.where(listing_periods.c.region == region, listing_periods.c.ticker == ticker)
    number: int = connection.execute(query).scalar_one()
    return number
