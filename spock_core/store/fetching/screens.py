"""The groups of a plan that is under way: the next run goes on with what a killed one began.

A row of `screens` is one question for a group (`industry`) on some exchanges, in a source's codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from spock_core.domain.stock import UnfinishedGroups
from spock_core.store.rows import update_rows
from spock_core.store.schema import screens


def read_unfinished(
    connection: Connection, source: str, since: datetime
) -> UnfinishedGroups | None:
    """What was begun since a moment and is not through; None where there is nothing."""
    query = select(screens).where(screens.c.source == source, screens.c.planned_at >= since)
    rows = connection.execute(query).all()
    if not rows:
        return None
    return UnfinishedGroups(
        planned_at=min(row.planned_at for row in rows),
        groups=frozenset(row.industry for row in rows),
        venues=frozenset(code for row in rows for code in row.exchanges.split()),
        pending=tuple(
            (row.industry, tuple(row.exchanges.split())) for row in rows if row.asked_at is None
        ),
    )


def begin_screens(
    connection: Connection,
    source: str,
    planned: Iterable[tuple[str, Sequence[str]]],
    now: datetime,
    since: datetime,
) -> None:
    """Notes which questions (group and codes) a run is about to ask; forgets older ones."""
    of_source = screens.c.source == source
    connection.execute(delete(screens).where(of_source, screens.c.planned_at < since))
    rows = connection.execute(select(screens).where(of_source))
    known = {(row.industry, row.exchanges) for row in rows}
    keys = [(group, _text(venues)) for group, venues in planned]
    begun = [
        {"source": source, "industry": group, "exchanges": venues, "planned_at": now}
        for group, venues in keys
        if (group, venues) not in known
    ]
    if begun:
        connection.execute(insert(screens), begun)


def note_answer(
    connection: Connection, source: str, group: str, venues: Sequence[str], now: datetime
) -> None:
    """Notes that a question was answered in full, and its stocks are stored."""
    key = {"source": source, "industry": group, "exchanges": _text(venues)}
    update_rows(connection, screens, [{**key, "asked_at": now}])


def forget_screens(connection: Connection, source: str) -> None:
    """The plan is through: nothing is left to go on with."""
    connection.execute(delete(screens).where(screens.c.source == source))


def _text(venues: Sequence[str]) -> str:
    return " ".join(sorted(venues))
