"""The history of classifications: which field of which stock changed, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
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
    literal,
    or_,
    select,
    tuple_,
)

from spock_core.domain import Classification
from spock_core.domain.results import SectorChange
from spock_core.store.rows import insert_rows
from spock_core.store.schema import (
    changes,
    listing_periods,
    run_regions,
    runs,
    staged,
    stock_details,
    tickers,
)

FIELDS = ("sector", "industry_group", "industry", "is_spac", "is_preferred")
"""What a history is kept of."""


LISTING_FIELDS = {"name": "renamed", "security_type": "security_type"}
"""The field under which a change of a column of `tickers` is logged."""
LONGEST_VALUE = 64
"""Characters of a value in the history."""
_LOST = select(changes.c.region, changes.c.ticker, changes.c.field).where(
    tuple_(changes.c.region, changes.c.ticker).in_(bindparam("keys", expanding=True)),
    changes.c.after.is_(None),
)


class Change(NamedTuple):
    """A classification that went from one to another."""

    before: Classification
    after: Classification
    flags_by: Mapping[str, str]
    """The source that decided a flag, by field; none where a rule of the market did."""


def write_changes(
    connection: Connection,
    changed: Sequence[Change],
    run_id: int,
    now: datetime,
) -> None:
    """Adds what differs between classifications to the history.

    A field's first value is no change: most stocks get their sector from one source and their
    industry from another, in a later run.
    """
    lost = _lost_fields(connection, changed)
    rows = [
        {
            "run_id": run_id,
            "region": one.after.region,
            "ticker": one.after.ticker,
            "field": name,
            "before": _text(getattr(one.before, name)),
            "after": _text(getattr(one.after, name)),
            "source": _source(one, name),
            "changed_at": now,
        }
        for one in changed
        for name in FIELDS
        if getattr(one.before, name) != getattr(one.after, name)
        and (getattr(one.before, name) is not None or (*one.after[:2], name) in lost)
    ]
    insert_rows(connection, changes, rows)


def log_listings(
    connection: Connection,
    region: str,
    fresh: Mapping[str, ColumnElement[Any]],
    settled: Sequence[str],
    run_id: int,
    now: datetime,
) -> None:
    """Adds to the history which staged listings have another name or type than the register has.

    `fresh`: the new value of each column of `tickers`. Call it before they are written, when the
    periods that end have ended and the doubts that begin have begun. A listing that is new in this
    run, or whose key passed to another instrument in it, is not renamed; nor is one in doubt, until
    its doubt is `settled`: then its name before counts.
    """
    same = and_(tickers.c.region == region, tickers.c.ticker == staged.c.ticker)
    doubt = and_(_of_key(listing_periods, tickers), listing_periods.c.ended_at.is_(None))
    known = listing_periods.c.ticker
    for column, field in LISTING_FIELDS.items():
        _log(
            connection,
            select(literal(field)).select_from(
                tickers.join(staged, same).outerjoin(listing_periods, doubt)
            ).where(staged.c.readable, or_(known.is_(None), known.in_(settled))),
            func.coalesce(listing_periods.c[column], tickers.c[column]),
            fresh[column],
            run_id,
            now,
        )  # fmt: skip


def log_settled(
    connection: Connection, region: str, names: Sequence[str], run_id: int, now: datetime
) -> None:
    """Adds to the history which of these keys have another name or type than before the doubt that
    ends now: it is the same instrument. Call it while the doubts are still there."""
    for column, field in LISTING_FIELDS.items():
        query = select(literal(field)).select_from(
            listing_periods.join(tickers, _of_key(listing_periods, tickers))
        )
        query = query.where(
            listing_periods.c.ended_at.is_(None),
            tickers.c.region == region,
            tickers.c.ticker.in_(names),
        )
        before, after = listing_periods.c[column], tickers.c[column]
        _log(connection, query, before, after, run_id, now)


def _log(
    connection: Connection,
    found: Select[Any],
    before: ColumnElement[Any],
    after: ColumnElement[Any],
    run_id: int,
    now: datetime,
) -> None:
    """Adds a change for each row that `found` has with its field, where the two values differ."""
    rows = found.add_columns(
        literal(run_id),
        tickers.c.region,
        tickers.c.ticker,
        func.substr(before, 1, LONGEST_VALUE),
        func.substr(after, 1, LONGEST_VALUE),
        literal(now, changes.c.changed_at.type),
    ).where(tickers.c.first_seen_at < now, before.is_not(None), before != after)
    names = ["field", "run_id", "region", "ticker", "before", "after", "changed_at"]
    connection.execute(insert(changes).from_select(names, rows))


def log_security_types(
    connection: Connection, region: str, types: Mapping[str, str], run_id: int, now: datetime
) -> None:
    """Adds to the history that listings get another security type than they have, by ticker."""
    query = select(tickers.c.ticker, tickers.c.security_type).where(
        tickers.c.region == region, tickers.c.first_seen_at < now
    )
    before = {ticker: kind for ticker, kind in connection.execute(query) if ticker in types}
    rows = [
        {
            "run_id": run_id,
            "region": region,
            "ticker": ticker,
            "field": LISTING_FIELDS["security_type"],
            "before": before[ticker],
            "after": after,
            "changed_at": now,
        }
        for ticker, after in types.items()
        if ticker in before and before[ticker] != after
    ]
    insert_rows(connection, changes, rows)


def _lost_fields(connection: Connection, changed: Sequence[Change]) -> set[tuple[str, ...]]:
    """Returns region, ticker and field of values that were lost before, among fields without a
    value: a new value is then not the first."""
    keys = [
        tuple(one.after[:2])
        for one in changed
        if any(getattr(one.before, name) is None for name in FIELDS)
    ]
    if not keys:
        return set()
    return {tuple(row) for row in connection.execute(_LOST, {"keys": keys})}


def _source(change: Change, field: str) -> str | None:
    match field:
        case "industry":
            return change.after.industry_source
        case "industry_group":
            return change.after.industry_source or change.after.sector_source
        case "is_spac" | "is_preferred":
            return change.flags_by.get(field)
        case _:
            return change.after.sector_source


def count_sector_changes(connection: Connection, run_id: int) -> int:
    """Stocks of a run's regions that went from one sector to another since the last run on one of
    them that came to its end."""
    query = select(func.count()).select_from(changes).join(tickers, _about(tickers))
    query = query.where(*_sectors(connection, run_id))
    return connection.execute(query).scalar_one()


def read_sector_changes(connection: Connection, run_id: int, most: int) -> list[SectorChange]:
    """These stocks, the first so many in the order of their keys."""
    query = (
        select(
            changes.c.region,
            changes.c.ticker,
            tickers.c.name,
            changes.c.before,
            changes.c.after,
            changes.c.source,
            stock_details.c.sector_confidence,
        )
        .join(tickers, _about(tickers))
        .join(stock_details, _about(stock_details))
        .where(*_sectors(connection, run_id))
        .order_by(changes.c.region, changes.c.ticker, changes.c.change_id)
        .limit(most)
    )
    return [SectorChange(*row) for row in connection.execute(query)]


def _sectors(connection: Connection, run_id: int) -> tuple[ColumnElement[bool], ...]:
    ended = runs.c.status.in_(("success", "failed"))
    mine = select(run_regions.c.region).where(run_regions.c.run_id == run_id)
    query = (
        select(func.max(runs.c.run_id))
        .join(run_regions, run_regions.c.run_id == runs.c.run_id)
        .where(runs.c.run_id < run_id, ended, run_regions.c.region.in_(mine))
    )
    last = connection.execute(query).scalar() or 0
    return (
        changes.c.region.in_(mine),
        changes.c.run_id > last,
        changes.c.run_id <= run_id,
        changes.c.field == "sector",
        changes.c.before.is_not(None),
        changes.c.after.is_not(None),
        changes.c.changed_at >= tickers.c.first_seen_at,  # of the present listing period
    )


def _about(table: Table) -> ColumnElement[bool]:
    return _of_key(table, changes)


def _of_key(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.region == other.c.region, one.c.ticker == other.c.ticker)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
