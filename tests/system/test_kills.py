"""Killed at any instant, the register is whole, and the next run goes on from the last batch."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from tests.support.processes import ended, export, query, start, wait_for

GROUPS, KILLS = 10, 5
"""Fifty kills, in groups that run in parallel."""


@pytest.fixture(scope="module")
def provider(plugins: Plugins):
    with serve(make_universe(plugins, 600), plugins.markets) as sandbox:
        sandbox.yahoo.faults.latency_s = 0.003
        yield sandbox


@pytest.fixture(scope="module")
def undisturbed(provider: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """What a run leaves that nobody disturbs, and how long it works on its register."""
    folder = tmp_path_factory.mktemp("undisturbed")
    process = start(provider, folder)
    wait_for((folder / "spock.db").exists)
    began = time.monotonic()
    code, _, err = ended(process)
    assert code == 0, err
    return export(folder / "spock.db"), time.monotonic() - began


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


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_killed_run_is_finished_by_the_next(
    group: int, provider: Sandbox, undisturbed: tuple[str, float], tmp_path: Path
):
    expected, duration = undisturbed
    dice = random.Random(group)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        arguments = ("--parallel",) if dice.random() < 0.5 else ()
        process = start(provider, folder, *arguments)
        wait_for((folder / "spock.db").exists)
        time.sleep(dice.uniform(0, duration))
        process.kill()
        ended(process)
        done = finished(folder)
        provider.yahoo.asked.clear()
        code, _, err = ended(start(provider, folder, *arguments))
        assert code == 0, err
        assert export(folder / "spock.db") == expected
        assert query(folder, "PRAGMA integrity_check") == [("ok",)]
        assert query(folder, "PRAGMA foreign_key_check") == []
        assert not done & set(provider.yahoo.asked)


def test_a_killed_run_is_shown_as_interrupted_and_its_work_counts(
    provider: Sandbox, tmp_path: Path, spock
):
    process = start(provider, tmp_path)
    path = tmp_path / "spock.db"
    wait_for(path.exists)
    wait_for(lambda: query(tmp_path, "SELECT 1 FROM sqlite_master WHERE name = 'screens'"))
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
