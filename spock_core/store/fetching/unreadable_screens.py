"""Screens whose answer could not be read while others could, and when each is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from spock_core.domain.stock import UnreadableScreen
from spock_core.store.fetching.pending import rest_after
from spock_core.store.schema import unreadable_screens


def read_unreadable(connection: Connection) -> list[UnreadableScreen]:
    """Returns them by industry."""
    query = select(unreadable_screens).order_by(unreadable_screens.c.industry)
    return [
        UnreadableScreen(
            row.industry,
            frozenset(row.exchanges.split()),
            row.times,
            row.asked_at,
            row.ask_again_at,
        )
        for row in connection.execute(query)
    ]


def note_unreadable(
    connection: Connection, asked: Iterable[tuple[str, Sequence[str]]], now: datetime
) -> None:
    """Remembers the industries and exchanges of screens that could not be read once more."""
    known = {one.industry: one.times for one in read_unreadable(connection)}
    for industry, exchanges in asked:
        times = known.get(industry, 0) + 1
        forget_unreadable(connection, industry)
        row = {
            "industry": industry,
            "exchanges": " ".join(sorted(exchanges)),
            "times": times,
            "asked_at": now,
            "ask_again_at": now + rest_after(times),
        }
        connection.execute(insert(unreadable_screens).values(row))


def forget_unreadable(connection: Connection, industry: str) -> None:
    """The screen of an industry was answered."""
    connection.execute(delete(unreadable_screens).where(unreadable_screens.c.industry == industry))
