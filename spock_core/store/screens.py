"""Screens that were answered in full: a run that was killed need not ask them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from spock_core.need import Answered
from spock_core.store.schema import screens


def read_screens(connection: Connection, since: datetime) -> list[Answered]:
    """Every screen that was answered since a moment."""
    query = select(screens).where(screens.c.asked_at >= since)
    return [
        Answered(row.industry, frozenset(row.exchanges.split()), row.asked_at)
        for row in connection.execute(query)
    ]


def write_screen(
    connection: Connection, industry: str, exchanges: Sequence[str], now: datetime
) -> None:
    """Remembers that a screen was answered."""
    codes = " ".join(sorted(exchanges))
    same = (screens.c.industry == industry, screens.c.exchanges == codes)
    connection.execute(delete(screens).where(*same))
    values = {"industry": industry, "exchanges": codes, "asked_at": now}
    connection.execute(insert(screens).values(**values))


def forget_screens(connection: Connection, before: datetime) -> None:
    """Forgets what is too old to be gone by."""
    connection.execute(delete(screens).where(screens.c.asked_at < before))
