"""The groups of a plan that is under way: the next run goes on with what a killed one began.

A row of `screens` is one question for a group (`industry`) on some exchanges, in a source's codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, tuple_

from spock_core.domain.stock import UnfinishedGroups
from spock_core.store.rows import update_rows
from spock_core.store.schema import screens


def read_unfinished(
    connection: Connection, source: str, venues: Collection[str], since: datetime
) -> UnfinishedGroups | None:
    """What was begun at any of these venues since a moment and is not through; None where there is
    nothing."""
    rows = [row for row in _rows(connection, source, venues) if row.planned_at >= since]
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
    venues: Collection[str],
    now: datetime,
    since: datetime,
) -> None:
    """Notes which questions (group and codes) a run is about to ask at its venues; forgets older
    ones."""
    rows = _rows(connection, source, venues)
    _delete(connection, source, [row for row in rows if row.planned_at < since])
    known = {(row.industry, row.exchanges) for row in rows if row.planned_at >= since}
    keys = [(group, _text(venues)) for group, venues in planned]
    begun = [
        {"source": source, "industry": group, "exchanges": venues, "planned_at": now}
        for group, venues in keys
        if (group, venues) not in known
    ]
    if begun:
        connection.execute(insert(screens), begun)


class AnsweredScreen(NamedTuple):
    """A question that was answered in full."""

    source: str
    group: str
    venues: Sequence[str]


def note_answer(connection: Connection, answered: AnsweredScreen, now: datetime) -> None:
    """Notes that a question was answered in full, and its stocks are stored."""
    source, group, venues = answered
    key = {"source": source, "industry": group, "exchanges": _text(venues)}
    update_rows(connection, screens, [{**key, "asked_at": now}])


def forget_screens(connection: Connection, source: str, venues: Collection[str]) -> None:
    """The plan for these venues is through: nothing is left to go on with."""
    _delete(connection, source, _rows(connection, source, venues))


def _rows(connection: Connection, source: str, venues: Collection[str]) -> Sequence[Row[Any]]:
    """The questions about any of these venues. All others belong to runs on other regions."""
    rows = connection.execute(select(screens).where(screens.c.source == source))
    return [row for row in rows if not set(venues).isdisjoint(row.exchanges.split())]


def _delete(connection: Connection, source: str, rows: Sequence[Row[Any]]) -> None:
    keys = [(row.industry, row.exchanges) for row in rows]
    of_source = screens.c.source == source
    these = tuple_(screens.c.industry, screens.c.exchanges).in_(keys)
    connection.execute(delete(screens).where(of_source, these))


def _text(venues: Sequence[str]) -> str:
    return " ".join(sorted(venues))
