"""Runs on different regions of one register at the same time, each in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from spock_core.domain.errors import LockedError
from spock_core.domain.stop import Stop
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox, serve
from spock_core.store import schema
from spock_core.store.connection.address import parse_url
from spock_core.store.connection.lock import held_regions, only_run
from spock_core.store.connection.opening import open_database
from spock_core.store.utc_date_time import UtcDateTime
from tests.conftest import Spock
from tests.support.child import Child
from tests.support.moments import hold
from tests.support.postgresql import postgresql as postgresql  # noqa: PLC0414  a fixture
from tests.support.postgresql import server as server  # noqa: PLC0414  a fixture
from tests.support.processes import ended, is_held, read_until, start, wait_for

KEPT = [
    table
    for table in schema.metadata.sorted_tables
    if table not in (schema.runs, schema.provider_rates)
]
"""All tables but those of when and how was asked."""
OWN = ("run_id", "change_id", "duration_s", "digest", "because")
"""Columns that differ with the runs that wrote them. `settled.digest` is of times, too, and
`unknowns.because` tells whether a run had so many stocks to ask about that it used quotes."""


@pytest.fixture
def sandbox(small_sandbox: Sandbox) -> Sandbox:
    """As few stocks as will do: what is tested here is who may write them."""
    return small_sandbox


@pytest.fixture
def screened_sandbox(universe: Universe, plugins: Plugins) -> Iterator[Sandbox]:
    """So many stocks that groups of Yahoo are asked for in each of the runs."""
    with serve(universe, plugins.markets) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """A register that does not exist yet."""
    if request.param == "sqlite":
        return "sqlite:///spock.db"
    found: str = request.getfixturevalue("postgresql")
    return found


@pytest.fixture
def begin(sandbox: Sandbox, tmp_path: Path, address: str) -> Callable[..., Child]:
    """Starts a run on these regions."""

    def begun(*arguments: str) -> Child:
        return start(sandbox, tmp_path, "--database", address, "--regions", *arguments)

    return begun


@pytest.fixture
def look(spock: Spock, address: str) -> Callable[[], dict[str, str]]:
    """The regions and states of the register's runs, as `spock runs` has them."""

    def looked() -> dict[str, str]:
        outcome = spock("runs", "--json", "--database", address)
        return {" ".join(one["regions_asked"]): one["status"] for one in outcome.document["runs"]}

    return looked


def kept(address: str) -> Iterator[str]:
    """All rows of a register, without times and what belongs to runs."""
    engine = create_engine(address)
    with engine.connect() as connection:
        for table in KEPT:
            columns = [
                column
                for column in table.c
                if column.name not in OWN and not isinstance(column.type, UtcDateTime)
            ]
            rows = connection.execute(select(*columns))
            yield from sorted(f"{table.name} {tuple(row)!r}" for row in rows)
    engine.dispose()


def test_runs_on_different_regions_work_side_by_side(
    begin, look, address: str, sandbox: Sandbox, spock: Spock, tmp_path: Path
):
    with hold(sandbox.yahoo) as held:
        one, other = begin("HK"), begin("VN", "JP")
        wait_until_at_work(sandbox, one, other)
        assert look() == {"HK": "running", "VN JP": "running"}
        table = spock("runs", "--database", address).out
        assert table.count("running") == 2
        held.release()
        for run in (one, other):
            code, _, err = ended(run)
            assert code == 0, err
    assert set(look().values()) == {"success"}
    (tmp_path / "alone").mkdir()
    alone = f"sqlite:///{tmp_path}/alone/spock.db"
    run = start(sandbox, tmp_path, "--database", alone, "--regions", "HK", "JP", "VN")
    assert ended(run)[0] == 0
    assert list(kept(address)) == list(kept(alone))


def test_three_processes_at_once_on_one_postgresql_leave_the_rows_of_one_process(
    postgresql: str, screened_sandbox: Sandbox, tmp_path: Path
):
    alone = f"sqlite:///{tmp_path}/alone.db"
    code, _, err = ended(start(screened_sandbox, tmp_path, "--database", alone))
    assert code == 0, err
    runs = [
        start(
            screened_sandbox,
            tmp_path,
            "--database",
            postgresql,
            "--parallel",
            "--regions",
            *regions,
        )
        for regions in (["VN", "US"], ["CN"], ["HK", "JP"])
    ]
    for run in runs:
        code, _, err = ended(run)
        assert code == 0, err
    rows = list(kept(alone))
    assert len(rows) > 1000
    assert list(kept(postgresql)) == rows


def wait_until_at_work(sandbox: Sandbox, *runs: Child) -> None:
    """Waits until each of these runs has made the request to Yahoo that is held, or one ends."""
    wait_for(
        lambda: (
            any(run.poll() is not None for run in runs) or sandbox.counters["yahoo"] == len(runs)
        )
    )
    for run in runs:
        assert run.poll() is None, ended(run)


def test_a_run_that_needs_a_region_of_another_says_whose_it_is_or_waits(
    begin, look, sandbox: Sandbox
):
    with hold(sandbox.yahoo) as held:
        first = begin("HK", "VN")
        held.wait()
        code, _, err = ended(begin("VN", "JP"))
        assert code == 3
        assert f"another run is at work, process {first.pid} on " in err
        assert "(VN): wait for its end (--wait)" in err
        waiting = begin("VN", "--wait")
        read_until(waiting.stderr, "(VN): waiting for its end")
        held.release()
        assert [ended(run)[0] for run in (first, waiting)] == [0, 0]
    assert look() == {"HK VN": "success", "VN": "success"}


def test_a_killed_run_is_closed_by_the_next_on_one_of_its_regions(begin, look, sandbox: Sandbox):
    with hold(sandbox.yahoo) as held:
        first = begin("HK", "VN")
        held.wait()
        first.kill()
        ended(first)
    assert look() == {"HK VN": "interrupted"}
    assert ended(begin("JP"))[0] == 0
    assert look() == {"HK VN": "interrupted", "JP": "success"}
    assert ended(begin("HK", "VN", "JP"))[0] == 0
    assert look()["HK VN JP"] == "success"


def lose_locks(address: str) -> None:
    """What makes runs lose their locks unnoticed: the file is deleted, the server ends sessions."""
    if address.startswith("sqlite"):
        Path("spock.db.lock").unlink()
        return
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")
        )
    engine.dispose()


def test_of_runs_that_lost_their_locks_the_one_whose_region_was_taken_writes_nothing_more(
    begin, look, sandbox: Sandbox, address: str
):
    with hold(sandbox.yahoo) as held:
        robbed, spared = begin("HK", "VN"), begin("JP")
        wait_until_at_work(sandbox, robbed, spared)
        lose_locks(address)
        code, _, err = ended(begin("VN", "--sources", "kis"))
        assert code == 0, err
        held.release()
        code, _, err = ended(robbed)
        assert code == 3
        assert "this run lost its lock and another run took the register over" in err
        code, _, err = ended(spared)
        assert code == 0, err
    assert look() == {"HK VN": "interrupted", "JP": "success", "VN": "success"}


@pytest.mark.parametrize("asked", [["HK", "VN"], ["VN", "HK"]])
def test_who_does_not_get_all_regions_keeps_none(address: str, asked: list[str]):
    stop = Stop()
    for taken, free in (("HK", "VN"), ("VN", "HK")):
        with only_run(address, wait=False, stop=stop, regions=[taken]):
            with (
                pytest.raises(LockedError, match=rf"another run is at work, .*\({taken}\)"),
                only_run(address, wait=False, stop=stop, regions=asked),
            ):
                pass
            with only_run(address, wait=False, stop=stop, regions=[free]):
                pass


def test_who_needs_the_register_alone_waits_for_all_regions(address: str):
    stop, url = Stop(), parse_url(address)
    with (
        only_run(address, wait=False, stop=stop, regions=["VN", "HK"]),
        only_run(address, wait=False, stop=stop, regions=["US"]),
    ):
        assert held_regions(url) == frozenset({"HK", "US", "VN"})
        with (
            pytest.raises(LockedError, match=r"another run is at work, .*HK"),
            only_run(address, wait=False, stop=stop),
        ):
            pass
    assert not is_held(address)
    with (
        only_run(address, wait=False, stop=stop),
        pytest.raises(LockedError, match="another run is at work"),
        only_run(address, wait=False, stop=stop, regions=["US"]),
    ):
        pass


PAUSES_AS_IT_BEGINS = """
import runpy, sys
from pathlib import Path
from sqlalchemy import Engine, event

paused = False

def pause(connection, cursor, statement, *_):
    global paused
    if not paused and statement.startswith(("BEGIN IMMEDIATE", "INSERT INTO runs")):
        paused = True
        print("about to begin", file=sys.stderr, flush=True)
        Path("go").read_text()

event.listen(Engine, "before_cursor_execute", pause)
runpy.run_module("spock_core", run_name="__main__", alter_sys=True)
"""
"""`python -c` this: a run that waits after it has looked who else is at work, and before it says
that it is itself."""


def test_of_two_runs_that_begin_at_once_one_knows_of_the_other(
    sandbox, address: str, spock: Spock, tmp_path: Path
):
    """Otherwise one may bring made-up stocks, and the other real ones."""
    open_database(address, create=True).close()
    os.mkfifo(tmp_path / "go")
    real = start(
        sandbox, tmp_path, "--database", address, "--regions", "VN", "--sources", "kis",
        python=("-c", PAUSES_AS_IT_BEGINS),
    )  # fmt: skip
    read_until(real.stderr, "about to begin")
    made_up = (
        "enrich", "--sandbox", "--sandbox-size", "100", "--database", address, "--regions", "JP",
        "--sources", "kis",
    )  # fmt: skip
    waiting = spock(*made_up, "--database-timeout", "1")
    assert waiting.code == 3, waiting.err
    assert "another run is at work" in waiting.err
    (tmp_path / "go").write_text("")
    code, _, err = ended(real)
    assert code == 0, err
    refused = spock(*made_up)
    assert refused.code == 2
    assert "holds real stocks and this run would bring made-up ones" in refused.err
