"""Killed at any instant, the register is whole, and the next run goes on from the last batch."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
import time_machine

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from spock_core.testing import Outcome, Spock
from tests.support.child import Child
from tests.support.moments import COUNTS_STEPS, hold
from tests.support.once import Once
from tests.support.processes import ended, environment, export, query, start, wait_for

SIZES = {"one by one": 60, "in bulk": 250}
"""Stocks of a universe about which Yahoo is asked in this way."""
KILLS = 25
"""In each of them, at steps of a run that are evenly spread from its first to its last; every other
one in a parallel run."""
AT_A_TIME = 5
"""Kills in a test: ten tests run in parallel."""


@pytest.fixture(scope="module")
def providers(plugins: Plugins) -> Iterator[dict[str, Sandbox]]:
    with (
        serve(make_universe(plugins, SIZES["one by one"]), plugins.markets) as small,
        serve(make_universe(plugins, SIZES["in bulk"]), plugins.markets) as large,
    ):
        yield {"one by one": small, "in bulk": large}


def run_counting(sandbox: Sandbox, folder: Path, *arguments: str, **steps: str) -> tuple[int, str]:
    """A run that counts its steps, with `TEST_` variables that name some; exit code and stderr."""
    folder.mkdir()
    process = Child(
        ["-c", COUNTS_STEPS, "enrich", *arguments],
        folder=folder,
        environment={**environment(sandbox), **steps},
    )
    code, _, err = ended(process)
    return code, err


def undisturbed(provider: Sandbox, once: Once, way: str, *arguments: str) -> tuple[str, int]:
    """What a run leaves that nobody disturbs, and how many steps it takes."""

    def make(folder: Path) -> None:
        code, err = run_counting(provider, folder / "run", *arguments)
        assert code == 0, err
        (folder / "steps").write_text(err.rpartition("steps ")[2])

    folder = once("-".join(("undisturbed", *way.split(), *arguments)), make)
    return export(folder / "run" / "spock.db"), int((folder / "steps").read_text())


def killed(provider: Sandbox, once: Once, way: str, steps: list[int], *arguments: str) -> Path:
    """A folder with what a run leaves that is killed before the last of these steps, and in
    `before-STEP` what a kill before each of them leaves."""

    def make(folder: Path) -> None:
        code, err = run_counting(
            provider,
            folder / "run",
            *arguments,
            TEST_COPY_BEFORE_STEPS=" ".join(map(str, steps)),
            TEST_KILL_BEFORE_STEP=str(steps[-1]),
        )
        assert code == -signal.SIGKILL, (steps[-1], err)

    return once("-".join(("killed", *way.split(), *arguments)), make)


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


@pytest.fixture
def run_next(
    spock: Spock, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> Callable[..., Outcome]:
    """The run after a killed one, in this process and, as that one, by the clock of the machine."""
    noon.move_to(time_machine.escape_hatch.datetime.datetime.now(UTC))

    def run(provider: Sandbox, folder: Path, *arguments: str) -> Outcome:
        for name, value in environment(provider).items():
            monkeypatch.setenv(name, value)
        return spock("enrich", *arguments, "--database", f"sqlite:///{folder / 'spock.db'}")

    return run


@pytest.mark.parametrize("first", range(AT_A_TIME))
@pytest.mark.parametrize("way", SIZES)
def test_a_killed_run_is_finished_by_the_next(
    way: str,
    first: int,
    providers: dict[str, Sandbox],
    once: Once,
    tmp_path: Path,
    run_next: Callable[..., Outcome],
):
    provider = providers[way]
    for number in range(first, KILLS, AT_A_TIME):
        arguments = ("--parallel",) if number % 2 else ()
        expected, steps = undisturbed(provider, once, way, *arguments)
        if arguments:  # batches, and so steps, differ a little from one parallel run to the next
            steps = steps * 9 // 10
        before = [1 + one * (steps - 1) // (KILLS - 1) for one in range(number % 2, KILLS, 2)]
        left = killed(provider, once, way, before, *arguments) / f"before-{before[number // 2]}"
        folder = tmp_path / str(number)
        shutil.copytree(left, folder)
        done = finished(folder)
        provider.yahoo.asked.clear()
        outcome = run_next(provider, folder, *arguments)
        assert outcome.code == 0, outcome.err
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
