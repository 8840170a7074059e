"""The history of classifications: which field of which stock changed, when, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, select

from spock_core.classification import Classification
from spock_core.results import SectorChange
from spock_core.store.schema import changes, runs, stock_details, tickers

FIELDS = ("sector", "industry_group", "industry", "is_spac", "is_preferred")
"""What a history is kept of."""


def write_changes(
    connection: Connection,
    changed: Sequence[tuple[Classification, Classification]],
    run_id: int,
    now: datetime,
) -> None:
    """Adds what differs between classifications, pairs of before and after, to the history."""
    rows = [
        {
            "run_id": run_id,
            "region": after.region,
            "ticker": after.ticker,
            "field": name,
            "before": _text(getattr(before, name)),
            "after": _text(getattr(after, name)),
            "source": after.industry_source if name == "industry" else after.sector_source,
            "changed_at": now,
        }
        for before, after in changed
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    if rows:
        connection.execute(insert(changes), rows)


def count_sector_changes(connection: Connection, run_id: int) -> int:
    """Stocks that went from one sector to another since the last run that came to its end."""
    query = select(func.count()).select_from(changes).where(*_sectors(connection, run_id))
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
    query = select(func.max(runs.c.run_id)).where(runs.c.run_id < run_id, ended)
    last = connection.execute(query).scalar() or 0
    return (
        changes.c.run_id > last,
        changes.c.run_id <= run_id,
        changes.c.field == "sector",
        changes.c.before.is_not(None),
        changes.c.after.is_not(None),
    )


def _about(table: Table) -> ColumnElement[bool]:
    columns = table.c
    return and_(columns.region == changes.c.region, columns.ticker == changes.c.ticker)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
