"""Groups that failed while others were answered, and when each is asked for again.

A row of `failed_screens` is one question for a group (`industry`) on some exchanges, as a row of
`screens` is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError

from spock_core.domain.stock import FailedGroup, GroupFailure
from spock_core.store.fetching.pending import rest_after
from spock_core.store.schema import failed_screens

Question = tuple[str, tuple[str, ...]]
"""A group, and the provider's codes of exchanges."""


def read_failed(connection: Connection, source: str | None = None) -> list[FailedGroup]:
    """Returns those of one source, or of all, by group."""
    query = select(failed_screens).order_by(
        failed_screens.c.source, failed_screens.c.industry, failed_screens.c.exchanges
    )
    if source is not None:
        query = query.where(failed_screens.c.source == source)
    return [_group(row) for row in connection.execute(query)]


def note_failed(
    connection: Connection,
    source: str,
    failed: Mapping[Question, GroupFailure],
    now: datetime,
) -> None:
    """Remembers that groups failed once more. An unreadable answer is asked for after a day, a
    week and a month; others in the next run, and then as late. A run on other regions may note the
    same question at the same time, if it was about the regions of both."""
    known = read_failed(connection, source)
    for (group, venues), because in sorted(failed.items()):
        times = 1 + max((one.times for one in known if one.meets(group, venues)), default=0)
        forget_failed(connection, source, [(group, venues)])
        row = {
            "source": source,
            "industry": group,
            "exchanges": " ".join(sorted(venues)),
            "because": because.value,
            "times": times,
            "asked_at": now,
            "ask_again_at": now + rest_after(times - (because is not GroupFailure.UNREADABLE)),
        }
        with contextlib.suppress(IntegrityError), connection.begin_nested():
            connection.execute(insert(failed_screens).values(row))


def forget_failed(connection: Connection, source: str, answered: Iterable[Question]) -> None:
    """These groups were answered on these exchanges."""
    questions = list(answered)
    for one in read_failed(connection, source):
        if any(one.group == group and one.venues <= {*venues} for group, venues in questions):
            connection.execute(delete(failed_screens).where(_is(one)))


def _group(row: Any) -> FailedGroup:
    return FailedGroup(
        source=row.source,
        group=row.industry,
        venues=frozenset(row.exchanges.split()),
        because=GroupFailure(row.because),
        times=row.times,
        asked_at=row.asked_at,
        ask_again_at=row.ask_again_at,
    )


def _is(one: FailedGroup) -> ColumnElement[bool]:
    return and_(
        failed_screens.c.source == one.source,
        failed_screens.c.industry == one.group,
        failed_screens.c.exchanges == " ".join(sorted(one.venues)),
    )
