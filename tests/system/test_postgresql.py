"""The register in PostgreSQL is the register in SQLite, row by row."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, select, text

from spock_core import open_register
from spock_core.domain.errors import LeaseLost, StoreError
from spock_core.domain.stop import Stop
from spock_core.reading.records import StockRecord
from spock_core.store import runs
from spock_core.store.connection.lock import only_run
from spock_core.store.connection.opening import open_database
from spock_core.store.fetching.provider_rates import rates_of
from tests.conftest import Spock
from tests.integration.test_history import kept
from tests.integration.test_shared_rates import RATE, ask, take
from tests.support.kis_files import add_stocks, read_lines, with_columns, write_lines
from tests.support.postgresql import postgresql as postgresql  # noqa: PLC0414  a fixture
from tests.support.postgresql import server as server  # noqa: PLC0414  a fixture
from tests.support.processes import is_held

pytest.importorskip("psycopg", reason="psycopg is not installed")

VOLATILE = {"first_seen_at", "last_seen_at", "enriched_at", "last_updated", "observed_at",
            "applied_at", "changed_at", "ended_at", "until", "observations"}  # fmt: skip


def rows(url: str, table: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    found = Table(table, MetaData(), autoload_with=engine)
    columns = [c for c in found.c if c.name not in VOLATILE]
    with engine.connect() as connection:
        result = [tuple(row) for row in connection.execute(select(*columns))]
    engine.dispose()
    return sorted(result, key=str)


def test_both_databases_get_the_same_rows(enrich: Spock, postgresql: str, master_files: Path):
    for _ in range(2):
        in_postgresql = enrich("--database", postgresql)
        in_sqlite = enrich("--database", "sqlite:///spock.db")
        for one, other in zip(
            in_postgresql.document["regions"], in_sqlite.document["regions"], strict=True
        ):
            assert one["listing"] == other["listing"]
            assert one["enriched"] == other["enriched"]
        for table in ("tickers", "stock_details", "observations", "lists", "listing_periods"):
            assert rows(postgresql, table) == rows("sqlite:///spock.db", table), table
        lines = read_lines(master_files, "HNX")
        renamed = with_columns(lines[0], c7="RENAMED", c19="610")
        fund = with_columns(lines[1], c7="ANOTHER FUND", c8="3", c22="001")
        write_lines(master_files, "HNX", [renamed, fund, *lines[2:-1]])
    assert rows(postgresql, "listing_periods")


def test_a_second_run_on_postgresql_changes_nothing(enrich: Spock, postgresql: str):
    enrich("--database", postgresql)
    second = enrich("--database", postgresql).document
    assert second["totals"]["enriched"] == 0
    assert all(region["listing"]["changed"] == 0 for region in second["regions"])


def test_postgresql_tells_what_it_said_before(
    enrich: Spock, spock: Spock, postgresql: str, master_files: Path, noon
):
    def told(**choice: Any) -> list[dict[str, Any]]:
        with open_register(postgresql) as opened:
            return [kept(stock) for stock in opened.stocks(active=None, **choice)]

    databases = (postgresql, "sqlite:///spock.db")
    for database in databases:
        enrich("--database", database, "--regions", "VN")
    before, said = datetime.now(UTC), told()
    noon.shift(timedelta(days=1))
    lines = read_lines(master_files, "HNX")
    name = lines[3].split("\t")[7]
    changed = [
        with_columns(lines[0], c7="RENAMED", c19="610"),
        with_columns(lines[2], c7="VN30 ETF", c8="3", c22="001"),
        with_columns(lines[3], c7=f"{name} GROUP", c19="720"),
        *lines[4:],
    ]
    write_lines(master_files, "HNX", changed)
    for database in databases:
        enrich("--database", database, "--regions", "VN")
    apart = {"first_seen_at", "last_seen_at", "last_updated", "enriched_at"}
    for as_of in (f"{before:%F}", f"{datetime.now(UTC):%F}"):
        found = []
        for database in databases:
            flags = ("--active", "all", "--as-of", as_of, "--json", "--database", database)
            stocks = spock("list", *flags).document["stocks"]
            found.append([{k: v for k, v in one.items() if k not in apart} for one in stocks])
        assert found[0]
        assert found[0] == found[1]
    assert told() != said
    assert told(as_of=before) == said
    for table in ("past_states", "changes"):
        assert rows(postgresql, table) == rows("sqlite:///spock.db", table), table


def test_a_quiet_night_on_postgresql_settles_its_regions(enrich: Spock, postgresql: str):
    enrich("--database", postgresql)
    settled = rows(postgresql, "settled")
    assert len(settled) == 5
    enrich("--database", postgresql)
    assert rows(postgresql, "settled") == settled


def test_yahoos_answers_are_kept_in_postgresql_too(enrich: Spock, postgresql: str, sandbox):
    yahoo = ("--sources", "ALL", "--yahoo-url", sandbox.url, "--yahoo-rate", "900",
             "--regions", "HK", "CN")  # fmt: skip
    for database in (postgresql, "sqlite:///spock.db"):
        assert enrich("--database", database, *yahoo).code == 0
        again = enrich("--database", database, *yahoo).document
        assert again["requests"] == {"hkex": 1, "shenwan": 1}
        assert again["totals"]["enriched"] == 0
    for table in ("stock_details", "observations"):
        assert rows(postgresql, table) == rows("sqlite:///spock.db", table), table
    count = len(rows(postgresql, "unknowns"))
    assert count == len(rows("sqlite:///spock.db", "unknowns")) > 0


def test_overrides_come_and_go_in_postgresql_too(
    enrich: Spock, spock: Spock, postgresql: str, master_files: Path
):
    add_stocks(master_files, "HSX", {"BANK": "610", "SOFT": "720", "NONE": "000"})
    path = Path("overrides.csv")
    for lines in ("VN,BANK,sector,45\nVN,NONE,sector,10\n", "VN,BANK,is_spac,yes\n"):
        path.write_text("region,ticker,field,value\n" + lines)
        for database in (postgresql, "sqlite:///spock.db"):
            assert enrich("--database", database, "--overrides", path, "--regions", "VN").code == 0
        for table in ("stock_details", "observations", "changes"):
            assert rows(postgresql, table) == rows("sqlite:///spock.db", table), table
    official = Path("official.csv")
    official.write_text("region,ticker,sector\nVN,BANK,Financials\nVN,SOFT,10\n")
    document = spock("audit", official, "--json", "--database", postgresql).document
    assert (document["compared"], document["agree"]) == (2, 1)


def test_status_reads_postgresql(spock: Spock, enrich: Spock, postgresql: str):
    enrich("--database", postgresql, "--regions", "VN")
    document = spock("status", "--json", "--database", postgresql).document
    assert document["regions"][0]["known"]["sector"] > 0


def test_a_password_is_not_shown(spock: Spock):
    url = "postgresql+psycopg://me:hush@127.0.0.1:9/db"
    outcome = spock("enrich", "--database", url)
    assert outcome.code == 2
    assert "hush" not in outcome.out + outcome.err
    assert "127.0.0.1" in outcome.err


def test_a_second_run_on_postgresql_says_who_is_at_work(enrich: Spock, postgresql: str):
    with only_run(postgresql, wait=False, stop=Stop()):
        assert is_held(postgresql)
        outcome = enrich("--database", postgresql, "--regions", "VN")
    assert outcome.code == 3
    assert f"another run is at work, process {os.getpid()} on " in outcome.err
    assert not is_held(postgresql)
    assert enrich("--database", postgresql, "--regions", "VN", "--parallel").code == 0


def test_a_run_on_another_database_of_the_server_is_none_of_ours(
    enrich: Spock, postgresql: str, server: str
):
    with only_run(server, wait=False, stop=Stop()):
        assert enrich("--database", postgresql, "--regions", "VN").code == 0
        with only_run(postgresql, wait=False, stop=Stop()):
            outcome = enrich("--database", postgresql, "--regions", "VN")
    assert outcome.code == 3
    assert f"process {os.getpid()} on " in outcome.err


def test_readers_see_the_same_register(enrich: Spock, spock: Spock, postgresql: str, register):
    for database in (postgresql, "sqlite:///spock.db"):
        enrich("--database", database)
    names = [name for name in StockRecord._fields if name not in VOLATILE]
    with open_register(postgresql) as one, open_register("spock.db") as other:
        key = next(stock.ticker for stock in other.stocks(region="HK", sector="45"))
        said = key.lstrip("0")
        for read in (
            lambda opened: [[getattr(s, n) for n in names] for s in opened.stocks(active=None)],
            lambda opened: [m.key for m in opened.search("electronics")],
            lambda opened: [m.key for m in opened.find(f"hk:{said}")],
            lambda opened: [m.key for m in opened.nearest("elektronics")],
            lambda opened: [e.statement for e in opened.explain(f"HK:{key}")],
            lambda opened: [c[1:] for c in opened.changes(since="2d")],
        ):
            found, expected = read(one), read(other)
            assert sorted(found, key=str) == sorted(expected, key=str)
        with pytest.raises(StoreError, match="read-only"), one._database.write() as connection:
            connection.execute(text("DELETE FROM unknowns"))


def test_processes_on_postgresql_take_moments_that_nobody_else_has(postgresql: str):
    open_database(postgresql, create=True).close()
    rates = rates_of(postgresql, 30.0)
    assert rates is not None
    with rates.open("it") as rate, rates.open("it") as another:
        assert rate.reserve(ask()).turn == 1
        before = next_at(postgresql)
        with ThreadPoolExecutor(3) as pool:
            taken = [one for some in pool.map(take, [rates] * 3, [30] * 3) for one in some]
        assert sorted(turn for turn, _ in taken) == list(range(2, 92))
        assert next_at(postgresql) - before >= sum(slots for _, slots in taken) / RATE - 1e-5
        grant = another.reserve(ask(1, alone=20, turn=91))
        assert grant.slots == 20
        rate.slow_down(40, factor=0.5, least=0.25)
        told = another.reserve(ask(within_s=0.5, made=2))
        assert (told.slots, told.share, told.made) == (0, 0.5, 2)
        assert 30 < told.wait_s <= 41


def next_at(url: str) -> float:
    [row] = rows(url, "provider_rates")
    assert isinstance(row[1], float)
    return row[1]


def test_a_server_that_ended_the_connection_gives_moments_again(postgresql: str):
    open_database(postgresql, create=True).close()
    rates = rates_of(postgresql, 30.0)
    assert rates is not None
    with rates.open("it") as rate:
        rate.reserve(ask())
        engine = create_engine(postgresql, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname ="
            ended = " current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(others + ended))
        engine.dispose()
        assert rate.reserve(ask()).turn == 2


def test_a_run_that_lost_its_lock_writes_nothing_more(postgresql: str):
    """The server ends the idle connection of the lock, and another run takes the register over."""
    with closing(open_database(postgresql, create=True)) as first:
        with first.write() as connection:
            first.fence(
                runs.start_run(
                    connection,
                    started_at=datetime.now(UTC),
                    mode="parallel",
                    refresh="incremental",
                    made_up=False,
                    settings={},
                    regions=("VN", "HK"),
                )
            )
        with first.write() as connection:
            connection.execute(text("CREATE TABLE mine (n INTEGER)"))
        with closing(open_database(postgresql, create=False)) as second, second.write() as taken:
            runs.close_killed_runs(taken, ["VN"])
        with pytest.raises(LeaseLost, match="writes nothing more"), first.write() as connection:
            connection.execute(text("INSERT INTO mine VALUES (1)"))
        with first.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM mine")).scalar() == 0
