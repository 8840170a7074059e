"""What runs on other regions of the same register leave alone, and what all of them keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from spock_core.domain import Observation
from spock_core.domain.stock import AskableStock, PendingStock, StockKey
from spock_core.pipeline.fetch.costs import Abilities
from spock_core.pipeline.fetch.day_budget import DayBudget
from spock_core.store import runs
from spock_core.store.connection.database import Database
from spock_core.store.connection.opening import open_database
from spock_core.store.fetching import screens
from spock_core.store.fetching.provider_rests import Rest, read_rests, write_rests
from spock_core.store.observations import write_observations
from spock_core.store.rows import insert_rows
from spock_core.store.schema import tickers

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=20)
SOURCE = "yahoo-screener"


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty register."""
    with closing(open_database("sqlite:///spock.db", create=True)) as opened:
        yield opened


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection to an empty register, in a transaction that writes."""
    with database.write() as opened:
        yield opened


def begin_run(
    connection: Connection, *regions: str, made_up: bool = False, now: datetime = NOW
) -> int:
    return runs.start_run(
        connection,
        started_at=now,
        mode="parallel",
        refresh="incremental",
        made_up=made_up,
        settings={},
        regions=regions,
    )


def groups_begun(connection: Connection, *venues: str) -> frozenset[str]:
    found = screens.read_unfinished(connection, SOURCE, venues, BEFORE)
    return found.groups if found is not None else frozenset()


def test_a_plan_that_is_through_leaves_those_for_other_exchanges(connection: Connection):
    for group, venues in (("Banks", ["HKG"]), ("Mines", ["JPX", "VSE"])):
        screens.begin_screens(connection, SOURCE, [(group, venues)], venues, NOW, BEFORE)
    assert groups_begun(connection, "HKG") == {"Banks"}
    assert groups_begun(connection, "VSE") == {"Mines"}
    screens.forget_screens(connection, SOURCE, ["HKG"])
    assert not groups_begun(connection, "HKG")
    assert groups_begun(connection, "JPX", "VSE") == {"Mines"}
    screens.forget_screens(connection, SOURCE, ["VSE"])
    assert not groups_begun(connection, "JPX", "VSE")


def test_an_old_plan_is_forgotten_by_the_next_for_one_of_its_exchanges(connection: Connection):
    old = BEFORE - timedelta(hours=1)
    screens.begin_screens(connection, SOURCE, [("Banks", ["HKG"])], ["HKG"], old, old)
    screens.begin_screens(connection, SOURCE, [("Mines", ["HKG"])], ["HKG"], NOW, BEFORE)
    assert groups_begun(connection, "HKG") == {"Mines"}


def test_a_killed_run_is_closed_by_a_run_on_one_of_its_regions(connection: Connection):
    killed, other = begin_run(connection, "HK", "VN"), begin_run(connection, "US")
    runs.close_killed_runs(connection, ["CN"])
    assert runs.read_open_runs(connection).keys() == {killed, other}
    runs.close_killed_runs(connection, ["VN", "JP"])
    assert runs.read_open_runs(connection) == {other: {"US"}}


def test_which_open_runs_are_at_work_is_told_by_the_locks(connection: Connection):
    begin_run(connection, "HK", "VN")
    begin_run(connection, "US")
    found = runs.read_runs(connection, most=5, held={"HK", "VN", "JP"})
    assert [one.status for one in found] == ["interrupted", "running"]
    found = runs.read_runs(connection, most=5, held=None)  # where nobody can tell
    assert [one.status for one in found] == ["running", "running"]


def test_a_run_at_work_on_an_empty_register_decides_whether_its_stocks_are_made_up(
    connection: Connection,
):
    begin_run(connection, "US", made_up=True)
    assert runs.holds_made_up_data(connection, ["US", "JP"]) is True
    assert runs.holds_made_up_data(connection, []) is None


def test_of_two_runs_that_a_provider_refused_the_later_word_is_kept(connection: Connection):
    for hours in (1, 2):
        until = NOW + timedelta(hours=hours)
        write_rests(connection, {"yahoo": Rest(until, "HTTP 429")}, NOW)
    assert read_rests(connection, NOW)["yahoo"].until == NOW + timedelta(hours=2)


def wanted(*names: str, doubtful: bool = False) -> list[PendingStock]:
    stocks = [AskableStock(StockKey("HK", name), "XHKG", None) for name in names]
    return [PendingStock(one, None, True, None, BEFORE, doubtful=doubtful) for one in stocks]


def tell(database: Database, now: datetime, *names: str) -> None:
    """Stores what a run that began at a moment was told of stocks of Vietnam."""
    listings = [
        {"region": "VN", "ticker": name, "exchange": "XSTC", "currency": "VND",
         "asset_type": "stock", "security_type": "common", "lot_size": 1, "data_source": "kis",
         "is_active": True, "first_seen_at": now, "last_seen_at": now}
        for name in names
    ]  # fmt: skip
    with database.write() as connection:
        insert_rows(connection, tickers, listings)
        said = [Observation("VN", name, "yahoo-profile", {"industry": "B"}, now) for name in names]
        write_observations(connection, said)


def test_runs_at_once_share_the_budget_of_a_day(database: Database):
    later = NOW + timedelta(minutes=1)
    tell(database, NOW - timedelta(hours=1), "TOLD")  # before both planned
    with database.write() as connection:
        begin_run(connection, "HK")
    budget = DayBudget("yahoo-profile", Abilities(budget=4, asked=1), database, NOW)
    assert budget.part(wanted("A", "B")) == (wanted("A", "B"), [])
    with database.write() as connection:
        begin_run(connection, "VN", now=later)
    tell(database, later, "OTHER")
    assert budget.part(wanted("C", "D")) == (wanted("C"), wanted("D"))
    assert budget.part(wanted("B", "E")) == (wanted("B"), wanted("E"))  # B once more
    assert budget.part(wanted("F", doubtful=True)) == (wanted("F", doubtful=True), [])


def test_a_run_alone_has_all_that_the_budget_left(database: Database):
    with database.write() as connection:
        begin_run(connection, "HK")
    budget = DayBudget("yahoo-profile", Abilities(budget=2, asked=5), database, NOW)
    tell(database, NOW, "OWN")
    assert budget.part(wanted("A", "B", "C")) == (wanted("A", "B"), wanted("C"))
