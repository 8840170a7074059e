"""The screens of a plan that is under way: the next run goes on with what a killed one began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from spock_core.domain.stock import UnfinishedScreens
from spock_core.store.rows import update_rows
from spock_core.store.schema import screens


def read_unfinished(connection: Connection, since: datetime) -> UnfinishedScreens | None:
    """What was begun since a moment and is not through; None where there is nothing."""
    rows = connection.execute(select(screens).where(screens.c.planned_at >= since)).all()
    if not rows:
        return None
    return UnfinishedScreens(
        planned_at=min(row.planned_at for row in rows),
        industries=frozenset(row.industry for row in rows),
        exchanges=frozenset(code for row in rows for code in row.exchanges.split()),
        pending=tuple(
            (row.industry, tuple(row.exchanges.split())) for row in rows if row.asked_at is None
        ),
    )


def begin_screens(
    connection: Connection,
    planned: Iterable[tuple[str, Sequence[str]]],
    now: datetime,
    since: datetime,
) -> None:
    """Notes which screens (industry and exchanges) a run is about to ask; forgets older ones."""
    connection.execute(delete(screens).where(screens.c.planned_at < since))
    known = {(row.industry, row.exchanges) for row in connection.execute(select(screens))}
    keys = [(industry, _text(exchanges)) for industry, exchanges in planned]
    rows = [
        {"industry": industry, "exchanges": exchanges, "planned_at": now}
        for industry, exchanges in keys
        if (industry, exchanges) not in known
    ]
    if rows:
        connection.execute(insert(screens), rows)


def note_answer(
    connection: Connection, industry: str, exchanges: Sequence[str], now: datetime
) -> None:
    """Notes that a screen was answered in full, and its stocks are stored."""
    answered = {"industry": industry, "exchanges": _text(exchanges), "asked_at": now}
    update_rows(connection, screens, [answered])


def forget_screens(connection: Connection) -> None:
    """The plan is through: nothing is left to go on with."""
    connection.execute(delete(screens))


def _text(exchanges: Sequence[str]) -> str:
    return " ".join(sorted(exchanges))
