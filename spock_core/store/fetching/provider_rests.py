"""Until when providers asked to be left alone, by a `Retry-After` that no run waits for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from spock_core.store.schema import provider_rests

LONGEST_REST = timedelta(hours=20)
"""However long a provider asks for: the next night asks it again."""


class Rest(NamedTuple):
    """What one provider asked for."""

    until: datetime
    reason: str
    """What it answered, in one line."""

    def __str__(self) -> str:
        return f"it asked to be left alone until {self.until:%F %H:%M} UTC ({self.reason})"


def read_rests(connection: Connection, now: datetime) -> dict[str, Rest]:
    """The providers that are to be left alone now. A rest noted in the future does not count."""
    query = select(provider_rests).where(
        provider_rests.c.rests_until > now,
        provider_rests.c.noted_at <= now,
        provider_rests.c.rests_until <= now + LONGEST_REST,
    )
    return {row.provider: Rest(row.rests_until, row.reason) for row in connection.execute(query)}


def write_rests(connection: Connection, rests: Mapping[str, Rest], now: datetime) -> None:
    """Remembers what providers asked for, up to `LONGEST_REST`; another run may do so now, too."""
    for provider, rest in rests.items():
        values = {
            "rests_until": min(rest.until, now + LONGEST_REST),
            "reason": rest.reason[:200],
            "noted_at": now,
        }
        change = update(provider_rests).where(provider_rests.c.provider == provider).values(values)
        if connection.execute(change).rowcount:
            continue
        try:
            with connection.begin_nested():
                connection.execute(insert(provider_rests).values(provider=provider, **values))
        except IntegrityError:
            connection.execute(change)
