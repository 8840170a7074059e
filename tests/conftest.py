"""What all tests share: a small made-up universe, a sandbox over it, and a way to run `spock`."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_files import archives
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from spock_core.testing import Outcome
from tests.support.child import Child, server_folder
from tests.support.distributions import bring as bring  # noqa: PLC0414  a fixture
from tests.support.nights import first_night as first_night  # noqa: PLC0414  a fixture
from tests.support.once import once as once  # noqa: PLC0414  a fixture
from tests.support.pacing import passes as passes  # noqa: PLC0414  a fixture
from tests.support.registers import known_register as known_register  # noqa: PLC0414  a fixture
from tests.support.registers import made_register as made_register  # noqa: PLC0414  a fixture

SMALL = 900
"""Stocks in the tests' universe: enough for Yahoo to be asked in bulk."""
FEW = 60
"""Stocks in the smaller one, about which Yahoo is asked one by one: a run takes a moment."""

try:
    from hypothesis import HealthCheck, settings
except ModuleNotFoundError:  # core alone has none: see tests/subsets
    pass
else:
    settings.register_profile(
        "spock",
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("spock")

Spock = Callable[..., Outcome]

PYTHON_M_SPOCK = (sys.executable, "-m", "spock_core")


def enrich_from(master_files: Path, *arguments: str) -> list[str]:
    """The arguments of `python` for `spock enrich`."""
    return ["-m", "spock_core", "enrich", "--kis-master-url", str(master_files), *arguments]


ASKS = {"sandbox", "small_sandbox", "full"}
"""Fixtures of tests whose runs ask providers over HTTP, or that have all stocks."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is in `tests/system`, and as slow also what has one of the fixtures `ASKS`:
    `pytest -m "not slow"` leaves it out.

    What is in `tests/system` comes first, in whatever order it has: the last tests of a run should
    be short, so that no worker waits for another's.
    """
    for item in items:
        if "system" in item.path.parts:
            item.add_marker("system")
            item.add_marker("slow")
        elif not ASKS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    items.sort(key=lambda item: "system" not in item.path.parts)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: many tests wait for processes, locks and signals."""
    return 2 * (os.cpu_count() or 1)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Removes the folder of the server that forks, when all workers have ended: one that begins
    while another ends would lose the server's socket."""
    if hasattr(config, "workerinput"):
        return
    distributed = config.pluginmanager.get_plugin("dsession")
    manager = getattr(distributed, "nodemanager", None)
    run = manager.testrunuid if manager is not None else None
    shutil.rmtree(server_folder(run), ignore_errors=True)


@pytest.fixture(scope="session")
def no_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder for tables."""
    return tmp_path_factory.mktemp("no-tables")


@pytest.fixture(autouse=True)
def own_folder(spock_folder: Path, no_tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test works in a folder of its own, without the user's settings, and asks KIS alone.

    Tests of Yahoo name their sources, and send Yahoo's hosts to the sandbox. Tables come from the
    sandbox too, and from nowhere in a test without one.
    """
    monkeypatch.setenv("SPOCK_SOURCES", "kis")
    monkeypatch.setenv("SPOCK_TABLES_URL", str(no_tables))


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Every test begins at noon, so that none sees another day because it ran at midnight.

    Time goes on from there; processes of their own have the time of the machine.
    """
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    with time_machine.travel(today) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leaves no process and no log handler behind that would reach into another test."""
    log = logging.getLogger("spock_core")
    handlers, level, propagate = list(log.handlers), log.level, log.propagate
    yield
    for handler in set(log.handlers) - set(handlers):
        log.removeHandler(handler)
        handler.close()
    log.setLevel(level)
    log.propagate = propagate
    for process in list(Child.running):
        process.kill()
        process.wait()


@pytest.fixture
def enrich(spock: Spock, master_files: Path) -> Spock:
    """`spock enrich --json` from this test's own copy of the master files."""

    def run(*arguments: object) -> Outcome:
        return spock("enrich", "--json", "--kis-master-url", master_files, *arguments)

    return run


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture(scope="session")
def universe(plugins: Plugins) -> Universe:
    return make_universe(plugins, SMALL)


@pytest.fixture(scope="session")
def few_stocks(plugins: Plugins) -> Universe:
    return make_universe(plugins, FEW)


@pytest.fixture(scope="session")
def packed(universe: Universe) -> dict[str, bytes]:
    """The universe's master files by their names."""
    return dict(archives(universe))


@pytest.fixture
def master_files(packed: dict[str, bytes], tmp_path: Path) -> Path:
    """The universe's master files in a folder that the test may spoil."""
    folder = tmp_path / "master"
    folder.mkdir()
    for name, content in packed.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def sandbox(
    universe: Universe, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """A running sandbox that the test may make misbehave."""
    with serve(universe, plugins.markets) as server:
        monkeypatch.setenv("SPOCK_TABLES_URL", server.tables_url)
        yield server


@pytest.fixture
def small_sandbox(
    few_stocks: Universe, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """A running sandbox with few stocks, for tests of something else than many."""
    with serve(few_stocks, plugins.markets) as server:
        monkeypatch.setenv("SPOCK_TABLES_URL", server.tables_url)
        yield server


@pytest.fixture
def register() -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the register in this test's folder a question in SQL."""

    def ask(query: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect("spock.db") as connection:
            return connection.execute(query, values).fetchall()

    return ask
