"""Killed at any instant, the register is whole, and the next run goes on from the last batch."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from tests.support.child import Child
from tests.support.moments import COUNTS_STEPS, hold
from tests.support.once import Once
from tests.support.processes import ended, environment, export, query, start, wait_for

SIZES = {"one by one": 60, "in bulk": 250}
"""Stocks of a universe about which Yahoo is asked in this way."""
KILLS = 25
"""In each of them, at steps of a run that are evenly spread from its first to its last."""
AT_A_TIME = 5
"""Kills in a test: ten tests run in parallel."""


@pytest.fixture(scope="module")
def providers(plugins: Plugins) -> Iterator[dict[str, Sandbox]]:
    with (
        serve(make_universe(plugins, SIZES["one by one"]), plugins.markets) as small,
        serve(make_universe(plugins, SIZES["in bulk"]), plugins.markets) as large,
    ):
        yield {"one by one": small, "in bulk": large}


def start_counting(sandbox: Sandbox, folder: Path, *arguments: str, kill_before: int = 0) -> Child:
    """Starts a run that counts its steps and is killed before the given one."""
    return Child(
        ["-c", COUNTS_STEPS, "enrich", *arguments],
        folder=folder,
        environment={**environment(sandbox), "TEST_KILL_BEFORE_STEP": str(kill_before)},
    )


def undisturbed(provider: Sandbox, once: Once, way: str, *arguments: str) -> tuple[str, int]:
    """What a run leaves that nobody disturbs, and how many steps it takes."""

    def make(folder: Path) -> None:
        code, _, err = ended(start_counting(provider, folder, *arguments))
        assert code == 0, err
        (folder / "steps").write_text(err.rpartition("steps ")[2])

    folder = once("undisturbed-" + "-".join((way.replace(" ", "-"), *arguments)), make)
    return export(folder / "spock.db"), int((folder / "steps").read_text())


def finished(folder: Path) -> set[str]:
    """Questions whose answers the register holds for good."""
    if not query(folder, "SELECT 1 FROM sqlite_master WHERE name = 'screens'"):
        return set()
    screens = query(folder, "SELECT industry FROM screens WHERE asked_at IS NOT NULL")
    profiles = query(
        folder,
        "SELECT yahoo_symbol FROM tickers JOIN observations USING (region, ticker) "
        "WHERE source = 'yahoo-profile' UNION SELECT yahoo_symbol FROM tickers "
        "JOIN unknowns USING (region, ticker) WHERE source = 'yahoo-profile'",
    )
    return {f"screen {name}" for (name,) in screens} | {f"profile {name}" for (name,) in profiles}


@pytest.mark.parametrize("first", range(AT_A_TIME))
@pytest.mark.parametrize("way", SIZES)
def test_a_killed_run_is_finished_by_the_next(
    way: str, first: int, providers: dict[str, Sandbox], once: Once, tmp_path: Path
):
    provider = providers[way]
    for number in range(first, KILLS, AT_A_TIME):
        folder = tmp_path / str(number)
        folder.mkdir()
        arguments = ("--parallel",) if number % 2 else ()
        expected, steps = undisturbed(provider, once, way, *arguments)
        if arguments:  # batches, and so steps, differ a little from one parallel run to the next
            steps = steps * 9 // 10
        step = 1 + number * (steps - 1) // (KILLS - 1)
        code, _, err = ended(start_counting(provider, folder, *arguments, kill_before=step))
        assert code == -signal.SIGKILL, (step, err)
        done = finished(folder)
        provider.yahoo.asked.clear()
        code, _, err = ended(start(provider, folder, *arguments))
        assert code == 0, err
        assert export(folder / "spock.db") == expected
        assert query(folder, "PRAGMA integrity_check") == [("ok",)]
        assert query(folder, "PRAGMA foreign_key_check") == []
        assert not done & set(provider.yahoo.asked)


def test_a_killed_run_is_shown_as_interrupted_and_its_work_counts(
    providers: dict[str, Sandbox], tmp_path: Path, spock
):
    provider = providers["in bulk"]
    path = tmp_path / "spock.db"
    with hold(provider.yahoo, 10, "screener") as held:
        process = start(provider, tmp_path)
        held.wait()
        wait_for(lambda: query(tmp_path, "SELECT count(asked_at) FROM screens")[0][0] > 5)
        process.kill()
        ended(process)
    database = ("--database", f"sqlite:///{path}")
    kept = spock("runs", "show", "last", "--json", *database).document
    assert kept["status"] == "interrupted"
    assert kept["finished_at"] is None
    assert kept["requests"]["yahoo"] > 5
    done = sum(region["enriched"] for region in kept["regions"])
    assert done == query(tmp_path, "SELECT count(sector) FROM stock_details")[0][0] > 0
    assert "interrupted" in spock("runs", *database).out
    code, _, _ = ended(start(provider, tmp_path))
    assert code == 0
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",), ("success",)]
