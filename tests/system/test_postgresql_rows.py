"""Many rows at once reach PostgreSQL in a few statements, and mean what they mean in SQLite."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from spock_core.domain import Observation
from spock_core.domain.errors import StoreError
from spock_core.store.connection.copying import FEWEST
from spock_core.store.connection.opening import open_database
from spock_core.store.observations import write_observations
from spock_core.store.rows import insert_rows, update_rows, write_rows
from spock_core.store.schema import table_sources, tickers, unknowns
from tests.support.postgresql import postgresql as postgresql  # noqa: PLC0414  a fixture
from tests.support.postgresql import server as server  # noqa: PLC0414  a fixture

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 10 * FEWEST


def state(source: str, rows: int, error: str | None = None) -> dict[str, object]:
    return {"source": source, "region": "US", "version": 1, "rows": rows, "matched": 0,
            "checked_at": NOW, "error": error}  # fmt: skip


def test_new_and_known_rows_are_told_apart_alike(postgresql: str):
    found = []
    for url in (postgresql, "sqlite:///spock.db"):
        with closing(open_database(url, create=True)) as database, database.write() as connection:
            write_rows(connection, table_sources, [state(f"s{n}", n) for n in range(MANY)])
            given = [state(f"s{n}", -n, "tab\tline\n\\N 株") for n in range(5, MANY + 5)]
            write_rows(connection, table_sources, given)
            changed = [
                {"source": f"s{n}", "region": "US", "matched": n} for n in range(0, MANY + 20, 2)
            ]
            update_rows(connection, table_sources, changed)
            query = select(table_sources).order_by(table_sources.c.rows, table_sources.c.source)
            found.append([tuple(row) for row in connection.execute(query)])
    assert len(found[0]) == MANY + 5
    assert found[0] == found[1]


def test_the_last_of_two_rows_with_one_key_counts(postgresql: str):
    with closing(open_database(postgresql, create=True)) as database, database.write() as to:
        given = [state(f"s{n}", n) for n in range(MANY)]
        write_rows(to, table_sources, [*given, state("s3", 333)])
        query = select(table_sources.c.rows).where(table_sources.c.source == "s3")
        assert to.execute(query).scalar() == 333
        update_rows(to, table_sources, [*given, state("s3", 444)])
        assert to.execute(query).scalar() == 444


def test_statements_do_not_grow_with_the_rows(postgresql: str):
    listings = [
        {"region": "US", "ticker": f"T{n}", "exchange": "XNAS", "currency": "USD",
         "asset_type": "stock", "security_type": "common", "lot_size": 1, "data_source": "kis",
         "is_active": True, "first_seen_at": NOW, "last_seen_at": NOW}
        for n in range(MANY)
    ]  # fmt: skip
    said = [Observation("US", f"T{n}", "kis", {"code": str(n)}, NOW) for n in range(MANY)]
    statements: list[str] = []
    with closing(open_database(postgresql, create=True)) as database, database.write() as to:
        event.listen(to, "before_cursor_execute", lambda *said: statements.append(said[2]))
        insert_rows(to, tickers, listings)
        assert statements == []  # COPY alone
        write_observations(to, said)
        assert len(statements) <= 3
        write_observations(to, said)
        assert len(statements) <= 6


def test_what_the_database_says_to_many_rows_is_one_line(postgresql: str):
    orphans = [
        {"region": "US", "ticker": f"T{n}", "source": "kis", "times": 1, "asked_at": NOW,
         "ask_again_at": NOW, "because": "answered"}
        for n in range(MANY)
    ]  # fmt: skip
    with closing(open_database(postgresql, create=True)) as database:
        with pytest.raises(StoreError, match="foreign key") as raised, database.write() as to:
            insert_rows(to, unknowns, orphans)
        assert "\n" not in str(raised.value)
        with database.read() as connection:
            assert connection.execute(select(unknowns)).all() == []
