"""Work on one worker, on ten, on another executor: the same rows within the same budget."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from spock_core import UsageError, hookimpl
from spock_core.domain.events import StocksClassified
from spock_core.domain.results import RunResult
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import load_settings
from spock_core.store.connection.opening import open_database
from tests.support.once import Once
from tests.support.pacing import Passes, most_in_a_second, note_passes, shortest_gap
from tests.support.processes import export

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def universe(plugins: Plugins) -> Universe:
    """Just enough stocks for Yahoo to be asked in bulk."""
    return make_universe(plugins, 250)


@pytest.fixture
def expected(once: Once, sandbox: Sandbox) -> str:
    """Every row with every column, as a run on one worker leaves them."""

    def make(folder: Path) -> None:
        (folder / "rows").write_text(run(sandbox)[1])

    rows = (once("rows-of-one-worker", make) / "rows").read_text()
    sandbox.counters.clear()
    return rows


def run(
    sandbox: Sandbox, observers: tuple[object, ...] = (), **settings: Any
) -> tuple[RunResult, str]:
    """A run at noon into a register of its own: its result, and every row with every column."""
    path = Path(f"register{next(_numbers)}.db").absolute()
    plugins = load_plugins()
    for observer in observers:
        plugins.add(observer, name=type(observer).__name__)
    chosen = load_settings(
        {
            "database": f"sqlite:///{path}", "kis_master_url": sandbox.kis_master_url,
            "yahoo_url": sandbox.url, "yahoo_rate": 1000, "retry_delay": 0, "sources": ["ALL"],
        } | settings
    )  # fmt: skip
    result = run_pipeline(chosen, plugins, clock=lambda: NOON)
    return result, export(path, volatile=())


def test_the_rows_are_the_same_byte_for_byte_whatever_the_workers_and_the_order(sandbox, expected):
    alone, rows = run(sandbox)
    assert rows == expected
    stories: list[dict[str, Any]] = [
        {"parallel": True, "max_workers": 2},
        {"parallel": True, "max_workers": 10},
        {"regions": ["VN", "JP", "HK", "CN", "US"]},
        {"regions": ["HK", "US", "VN", "CN", "JP"], "parallel": True, "max_workers": 10},
    ]
    for story in stories:
        result, rows = run(sandbox, **story)
        assert rows == expected, story
        assert result.success_rate == 1
        counts = {r.region: (r.total, r.enriched, r.unknown, r.by_source) for r in result.regions}
        assert counts == {
            r.region: (r.total, r.enriched, r.unknown, r.by_source) for r in alone.regions
        }
        assert result.requests == alone.requests


def test_the_rows_are_the_same_when_answers_come_in_any_order_and_with_faults(sandbox, expected):
    sandbox.yahoo.faults.error_share = 0.05
    sandbox.yahoo.faults.latency_s = 0.002
    result, rows = run(sandbox, parallel=True, max_workers=10)
    assert rows == expected
    assert sum(region.retries for region in result.regions) > 0


def test_ten_workers_share_one_budget(sandbox, passes: Passes):
    result, _ = run(sandbox, parallel=True, max_workers=10, yahoo_rate=500)
    moments = passes.moments()
    assert result.requests["yahoo"] == sandbox.counters["yahoo"] == len(moments) > 100
    assert shortest_gap(moments) >= 1 / 500


class Elsewhere:
    """A plugin that sends questions to processes of their own."""

    def __init__(self, passes: Passes | None = None) -> None:
        self.asked_for: list[int] = []
        self._passes = passes

    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        self.asked_for.append(workers)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.support.pacing", "yfinance"])
        if self._passes is None:
            return ProcessPoolExecutor(workers, context)
        return ProcessPoolExecutor(
            workers, context, initializer=note_passes, initargs=(self._passes.path,)
        )


def test_any_executor_asks_the_same_questions_within_the_same_budget(
    sandbox, expected, passes: Passes
):
    plugin = Elsewhere(passes)
    result, rows = run(sandbox, (plugin,), parallel=True, max_workers=3, yahoo_rate=90)
    assert plugin.asked_for == [3]
    assert rows == expected
    moments = passes.moments()
    assert result.requests["yahoo"] == sandbox.counters["yahoo"] == len(moments)
    assert most_in_a_second(moments) <= 90


def test_no_executor_is_asked_for_without_parallel(small_sandbox):
    plugin = Elsewhere()
    run(small_sandbox, (plugin,))
    assert plugin.asked_for == []


class Broken:
    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        raise RuntimeError("no cluster today")


def test_an_executor_that_cannot_be_had_is_passed_over(small_sandbox):
    result, _ = run(small_sandbox, (Broken(),), parallel=True)
    assert result.status == "success"


class Misdirected:
    """A plugin whose setting names a cluster that is not there."""

    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        raise UsageError("no cluster is at --cluster far.away: correct it")


def test_an_executor_that_the_settings_ask_for_in_vain_ends_the_run_before_any_work(small_sandbox):
    with pytest.raises(UsageError, match="no cluster is at --cluster"):
        run(small_sandbox, (Misdirected(),), parallel=True)
    assert not small_sandbox.counters


class Idle(Executor):
    """Counts the tasks that it is given, and takes none."""

    given = 0

    def submit(self, *arguments: Any, **options: Any) -> Any:
        self.given += 1
        raise RuntimeError("takes no task")


class Lent:
    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        self.executor = Idle()
        return self.executor


def test_an_executor_gets_no_task_of_a_run_without_questions(small_sandbox):
    plugin = Lent()
    run(small_sandbox, (plugin,), parallel=True, sources=["kis"])
    assert plugin.executor.given == 0


class Listener:
    """Notes which thread tells it of what."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.regions: list[str] = []

    @hookimpl
    def spock_request_made(self, event: object) -> None:
        self.threads.add(threading.get_ident())

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        self.threads.add(threading.get_ident())
        self.regions.append(event.region)


def test_observers_hear_everything_in_the_thread_that_called(small_sandbox):
    listener = Listener()
    run(small_sandbox, (listener,), parallel=True, max_workers=10)
    assert listener.threads == {threading.get_ident()}


@pytest.mark.parametrize("parallel", [False, True])
def test_a_small_region_does_not_wait_behind_a_large_one_for_its_first_rows(sandbox, parallel):
    listener = Listener()
    run(sandbox, (listener,), parallel=parallel)
    firsts = [listener.regions.index(region) for region in ("US", "CN", "HK", "JP", "VN")]
    assert max(firsts) < len(listener.regions) / 3


def test_a_list_that_fails_leaves_the_other_regions_alone(small_sandbox):
    small_sandbox.kis.faults.status["hksmst.cod.zip"] = 404
    result, _ = run(small_sandbox, parallel=True)
    assert {r.region: r.status.value for r in result.regions} == {
        "US": "success", "CN": "success", "HK": "failed", "JP": "success", "VN": "success",
    }  # fmt: skip


class FaultyRule:
    """A plugin whose observer fails at every event."""

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        raise ValueError("cannot count")


def test_an_observer_that_raises_harms_nobody(sandbox, expected):
    result, rows = run(sandbox, (FaultyRule(),), parallel=True)
    assert rows == expected
    assert result.status == "success"


def test_each_of_many_regions_has_a_connection_and_the_writer_another():
    """Ten workers have read twenty regions before the writer has come to the first."""
    with closing(open_database("sqlite:///spock.db", create=True)) as database, ExitStack() as held:
        for _ in range(20):
            connection = held.enter_context(database.connect())
            connection.execute(text("SELECT 1"))
            connection.rollback()
        with database.write() as connection:
            assert connection.execute(text("SELECT count(*) FROM tickers")).scalar() == 0
