"""Many rows at once reach PostgreSQL in a few statements, and mean what they mean in SQLite."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, event, func, select, text

from spock_core.domain import Observation
from spock_core.domain.errors import StoreError
from spock_core.store.connection.copying import FEWEST
from spock_core.store.connection.opening import open_database
from spock_core.store.observations import write_observations
from spock_core.store.rows import insert_rows, update_rows, write_rows
from spock_core.store.schema import (
    observations,
    stock_details,
    table_sources,
    tickers,
    unknowns,
)
from tests.conftest import Spock
from tests.support.postgresql import postgresql as postgresql  # noqa: PLC0414  a fixture
from tests.support.postgresql import server as server  # noqa: PLC0414  a fixture

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 10 * FEWEST


def state(source: str, rows: int, error: str | None = None) -> dict[str, object]:
    return {"source": source, "region": "US", "version": 1, "rows": rows, "matched": 0,
            "checked_at": NOW, "error": error}  # fmt: skip


def listings(region: str) -> list[dict[str, object]]:
    return [
        {"region": region, "ticker": f"T{n}", "exchange": "XNAS", "currency": "USD",
         "asset_type": "stock", "security_type": "common", "lot_size": 1, "data_source": "kis",
         "is_active": True, "first_seen_at": NOW, "last_seen_at": NOW}
        for n in range(MANY)
    ]  # fmt: skip


def said(region: str, source: str, numbers: range, word: str = "first") -> list[Observation]:
    return [Observation(region, f"T{n}", source, {"code": f"{word} {n}"}, NOW) for n in numbers]


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


def test_rows_of_a_new_region_and_between_others_are_told_apart_alike(postgresql: str):
    found = []
    for url in (postgresql, "sqlite:///spock.db"):
        with closing(open_database(url, create=True)) as database, database.write() as to:
            for region in ("US", "JP"):
                insert_rows(to, tickers, listings(region))
                write_observations(to, said(region, "kis", range(0, MANY, 2)))
                write_observations(to, said(region, "kis", range(1, MANY, 2)))
                write_observations(to, said(region, "other", range(MANY // 2)))
                write_observations(to, said(region, "kis", range(MANY // 4, MANY), "again"))
            query = select(observations).order_by(*observations.primary_key)
            found.append([tuple(row) for row in to.execute(query)])
    assert len(found[0]) == 2 * (MANY + MANY // 2)
    assert found[0] == found[1]


def test_the_planner_is_told_of_each_region_that_a_run_fills(enrich: Spock, postgresql: str):
    enrich("--database", postgresql)
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        for table, many in ((tickers, 50), (stock_details, 1)):
            query = select(table.c.region).group_by(table.c.region).having(func.count() >= many)
            filled = set(connection.execute(query).scalars())
            known = text(
                "SELECT most_common_vals::text::text[] FROM pg_stats"
                f" WHERE tablename = '{table.name}' AND attname = 'region'"
            )
            assert filled
            assert filled <= set(connection.execute(known).scalar_one())
    engine.dispose()


def test_statements_do_not_grow_with_the_rows(postgresql: str):
    statements: list[str] = []
    with closing(open_database(postgresql, create=True)) as database, database.write() as to:
        event.listen(to, "before_cursor_execute", lambda *told: statements.append(told[2]))
        insert_rows(to, tickers, listings("US"))
        assert statements == []  # COPY alone
        write_observations(to, said("US", "kis", range(MANY)))
        assert len(statements) <= 3
        write_observations(to, said("US", "kis", range(MANY)))
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
