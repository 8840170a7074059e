"""Which version of its tables each table source had when they were applied, and since when it
fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select

from spock_core.domain import ListState
from spock_core.domain.tables import FileState
from spock_core.store.periods import PASSED
from spock_core.store.rows import write_rows
from spock_core.store.schema import changes, listing_periods, table_files, table_sources, tickers


class TableState(NamedTuple):
    """What is known of one source's tables for one region."""

    source: str
    region: str
    rows: int
    """Rows that were applied last."""
    matched: int
    """Those of them that are about a listing of the register."""
    applied_at: datetime | None
    """When tables were last applied; None if never."""
    checked_at: datetime | None
    """When they were last there, changed or not; None if never."""
    failing_since: datetime | None
    """Since when they cannot be had; None if the last run had them."""
    error: str | None
    version: int
    """The source's version that read them."""


def read_table_states(connection: Connection) -> list[TableState]:
    """The state of each source and region, in the order of their names."""
    columns = [table_sources.c[name] for name in TableState._fields]
    query = select(*columns).order_by(table_sources.c.source, table_sources.c.region)
    return [TableState(*row) for row in connection.execute(query)]


def read_table_state(connection: Connection, source: str, region: str) -> TableState | None:
    """The state of one source for one region."""
    return next(
        (one for one in read_table_states(connection) if one[:2] == (source, region)),
        None,
    )


def read_file_states(connection: Connection, source: str, region: str) -> dict[str, FileState]:
    """The version of each file that was applied last, by its name."""
    query = select(table_files).where(*_of(table_files, source, region))
    return {
        row.name: FileState(ListState(row.etag, row.last_modified), row.digest)
        for row in connection.execute(query)
    }


def has_newer_listings(connection: Connection, region: str, since: datetime) -> bool:
    """Whether a listing of this region was first seen after a moment, or its key passed to another
    instrument or is in doubt since: a table that was applied then and has not changed may say
    something of it."""
    conditions = (
        (tickers.c.region == region, tickers.c.is_active, tickers.c.first_seen_at > since),
        (listing_periods.c.region == region, listing_periods.c.changed_at >= since),
        (changes.c.region == region, changes.c.field == PASSED, changes.c.changed_at >= since),
    )
    queries = (select(func.count()).where(*condition) for condition in conditions)
    return any(connection.execute(query).scalar_one() for query in queries)


def write_table_state(
    connection: Connection, state: TableState, files: Mapping[str, FileState] | None = None
) -> None:
    """Stores a state, and the versions of the files that were applied, if any were."""
    write_rows(connection, table_sources, [state._asdict()])
    if files is not None:
        key = {"source": state.source, "region": state.region}
        connection.execute(delete(table_files).where(*_of(table_files, *key.values())))
        connection.execute(insert(table_files), list(_file_rows(key, files)))


def _file_rows(
    key: Mapping[str, str], files: Mapping[str, FileState]
) -> Iterable[dict[str, object]]:
    for name, state in files.items():
        http = state.http
        yield {
            **key,
            "name": name,
            "etag": http.etag,
            "last_modified": http.last_modified,
            "digest": state.digest,
        }


def _of(table: Table, source: str, region: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.source == source, table.c.region == region
