"""Moments later than now. A run writes them while the clock of its machine is ahead.

Compared with such a moment nothing is ever old: its stock would not be asked about for as long as
the clock was ahead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)

from spock_core.store.schema import (
    failed_screens,
    metadata,
    observations,
    past_states,
    provider_rests,
    runs,
    screens,
    stock_details,
    table_sources,
    unknowns,
)
from spock_core.store.utc_date_time import UtcDateTime

TOLERANCE = timedelta(minutes=5)
"""How far the clocks of two machines on one register may differ. Such moments are soon past."""
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Takes the place of such a moment where its age decides what is asked: it is older than all."""

_ASKED = (
    unknowns.c.asked_at,
    screens.c.planned_at,
    provider_rests.c.noted_at,
    failed_screens.c.asked_at,
    past_states.c.until,
)
"""Rows that only say what was asked, or held, when: without a moment they say nothing."""
_LEARNED = (
    observations.c.observed_at,
    stock_details.c.enriched_at,
    table_sources.c.applied_at,
)
_HAPPENED = tuple(
    column
    for table in metadata.sorted_tables
    # runs keep what their clocks said
    if table not in (runs, unknowns, screens, provider_rests, failed_screens)
    for column in table.c
    if isinstance(column.type, UtcDateTime) and column not in frozenset((*_LEARNED, *_ASKED))
)
"""What happened at such a moment happened by now at the latest."""


def count_future(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """Returns how many moments of the register are later than now, and the latest of them."""
    counts, latest = 0, None
    for column in (*_ASKED, *_LEARNED, *_HAPPENED):
        query = select(func.count(), func.max(column)).where(column > now + TOLERANCE)
        count, moment = connection.execute(query).one()
        counts += count
        latest = max((one for one in (latest, moment) if one is not None), default=None)
    return counts, latest


def correct_future(
    connection: Connection, now: datetime, regions: Collection[str] | None = None
) -> int:
    """Corrects moments that are later than now, so that nothing is fresh by them.

    `regions`: those that the run works on while others work on others; None for the whole register.
    Returns how many there were.
    """
    count = 0
    for column, moment in _corrected(now):
        values: dict[str, Any] = {"later_than": now + TOLERANCE}
        if moment is not None:
            values["corrected"] = moment
        of_some = regions is not None and "region" in column.table.c
        if regions is not None and of_some:
            values["of_regions"] = sorted(regions)
        statement = _correction(column, of_some, delete_rows=moment is None)
        count += connection.execute(statement, values).rowcount
    return count


def _corrected(now: datetime) -> Iterator[tuple[Column[Any], datetime | None]]:
    """Yields each column with the moment that takes the place of a later one; None where its row
    is deleted."""
    for columns, moment in ((_ASKED, None), (_LEARNED, UNKNOWN), (_HAPPENED, now)):
        for column in columns:
            yield column, moment


@cache  # a run executes two dozen of them, most in vain
def _correction(column: Column[Any], of_some: bool, *, delete_rows: bool) -> Delete | Update:
    table = column.table
    later = column > bindparam("later_than", type_=column.type)
    if of_some:
        later &= table.c.region.in_(bindparam("of_regions", expanding=True))
    if delete_rows:
        return delete(table).where(later)
    return update(table).where(later).values({column: bindparam("corrected", type_=column.type)})
