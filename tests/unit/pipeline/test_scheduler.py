"""Work on one worker, on ten, on another executor: the same rows within the same budget."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spock_core import hookimpl
from spock_core.domain.errors import TransientError
from spock_core.domain.events import RequestMade, StocksClassified
from spock_core.domain.results import RunResult
from spock_core.domain.stop import Stop
from spock_core.domain.task_result import TaskResult
from spock_core.pipeline.run import run_pipeline
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.server import Sandbox
from spock_core.settings.model import load_settings
from tests.support.processes import export

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_numbers = itertools.count()


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


def test_the_rows_are_the_same_byte_for_byte_whatever_the_workers_and_the_order(sandbox):
    alone, expected = run(sandbox)
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


def test_the_rows_are_the_same_when_answers_come_in_any_order_and_with_faults(sandbox):
    _, expected = run(sandbox)
    sandbox.yahoo.faults.error_share = 0.05
    sandbox.yahoo.faults.latency_s = 0.002
    result, rows = run(sandbox, parallel=True, max_workers=10)
    assert rows == expected
    assert sum(region.retries for region in result.regions) > 0


def test_ten_workers_share_one_budget(sandbox):
    result, _ = run(sandbox, parallel=True, max_workers=10, yahoo_rate=80)
    assert sum(result.requests.values()) > 100
    assert_never_more_than(80, sandbox)


def assert_never_more_than(rate: int, sandbox: Sandbox) -> None:
    arrivals = sorted(sandbox.yahoo.arrivals)
    for number, start in enumerate(arrivals):
        within = [at for at in arrivals[number : number + 2 * rate] if at < start + 1]
        assert len(within) <= rate + 1


class Elsewhere:
    """A plugin that sends questions to processes of their own."""

    def __init__(self) -> None:
        self.asked_for: list[int] = []

    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        self.asked_for.append(workers)
        return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def test_any_executor_asks_the_same_questions_within_the_same_budget(sandbox):
    _, expected = run(sandbox)
    sandbox.counters.clear()
    sandbox.yahoo.arrivals.clear()
    plugin = Elsewhere()
    result, rows = run(sandbox, (plugin,), parallel=True, max_workers=3, yahoo_rate=90)
    assert plugin.asked_for == [3]
    assert rows == expected
    assert result.requests["yahoo"] == sandbox.counters["yahoo"]
    assert_never_more_than(90, sandbox)


def test_no_executor_is_asked_for_without_parallel(sandbox):
    plugin = Elsewhere()
    run(sandbox, (plugin,))
    assert plugin.asked_for == []


class Broken:
    @hookimpl
    def spock_executor(self, workers: int, run: object) -> Executor:
        raise RuntimeError("no cluster today")


def test_an_executor_that_cannot_be_had_is_passed_over(sandbox):
    result, _ = run(sandbox, (Broken(),), parallel=True)
    assert result.status == "success"


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


def test_observers_hear_everything_in_the_thread_that_called(sandbox):
    listener = Listener()
    run(sandbox, (listener,), parallel=True, max_workers=10)
    assert listener.threads == {threading.get_ident()}


@pytest.mark.parametrize("parallel", [False, True])
def test_a_small_region_does_not_wait_behind_a_large_one_for_its_first_rows(sandbox, parallel):
    listener = Listener()
    run(sandbox, (listener,), parallel=parallel)
    firsts = [listener.regions.index(region) for region in ("US", "CN", "HK", "JP", "VN")]
    assert max(firsts) < len(listener.regions) / 3


def test_a_list_that_fails_leaves_the_other_regions_alone(sandbox):
    sandbox.kis.faults.status["hksmst.cod.zip"] = 404
    result, _ = run(sandbox, parallel=True)
    assert {r.region: r.status.value for r in result.regions} == {
        "US": "success", "CN": "success", "HK": "failed", "JP": "success", "VN": "success",
    }  # fmt: skip


class FaultyRule:
    """A plugin whose observer fails at every event."""

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        raise ValueError("cannot count")


def test_an_observer_that_raises_harms_nobody(sandbox):
    _, expected = run(sandbox)
    result, rows = run(sandbox, (FaultyRule(),), parallel=True)
    assert rows == expected
    assert result.status == "success"


def a_run(*observers: object, stop: Stop | None = None) -> RunContext:
    """The context of a run in this thread, with these observers."""
    plugins = load_plugins()
    for observer in observers:
        plugins.add(observer, name=type(observer).__name__)
    return RunContext(load_settings({}), NOON, plugins, stop or Stop())


def plain(task: Callable[[], Any]) -> Callable[[], TaskResult[Any]]:
    return partial(TaskResult.of, task)


def test_workers_are_no_more_than_there_is_work_for():
    scheduler = Scheduler(a_run(), 10)
    assert [scheduler.workers_for(tasks) for tasks in (0, 1, 7, 500)] == [1, 1, 7, 10]


def test_tasks_overlap_on_as_many_workers_as_were_asked_for():
    scheduler = Scheduler(a_run(), 4)
    barrier = threading.Barrier(4, timeout=60)
    tasks = [(number, plain(barrier.wait)) for number in range(4)]
    assert {name for name, _ in scheduler.run(tasks, 4)} == set(range(4))


def test_a_task_that_fails_has_its_error_as_result_and_stops_no_other():
    scheduler = Scheduler(a_run(), 2)

    def outage() -> None:
        raise TransientError("HTTP 503")

    tasks = [
        ("good", plain(lambda: 1)),
        ("bad", plain(lambda: 1 // 0)),
        ("away", plain(outage)),
        ("fine", plain(lambda: 2)),
    ]
    found = dict(scheduler.run(tasks, 2))
    assert (found["good"].get(), found["fine"].get()) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        found["bad"].get()
    with pytest.raises(TransientError):
        found["away"].get()


class RequestListener:
    """Notes which requests it is notified of, and in which thread."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.threads: set[int] = set()

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        self.heard.append(event.outcome)
        self.threads.add(threading.get_ident())


def test_observers_are_notified_of_a_task_before_its_end_and_in_the_runs_own_thread():
    listener = RequestListener()
    run = a_run(listener)

    def task() -> None:
        for number in range(3):
            run.notify(RequestMade("yahoo", f"event {number}", 0.1))

    elsewhere = RequestMade("yahoo", "in another process", 0.1)
    tasks = [("one", plain(task)), ("two", lambda: TaskResult(2, events=(elsewhere,)))]
    for name, _ in Scheduler(run, 1).run(tasks, 1):
        last = "in another process" if name == "two" else "event 2"
        assert listener.heard[-1] == last
    assert listener.heard == ["event 0", "event 1", "event 2", "in another process"]
    assert listener.threads == {threading.get_ident()}


def test_asked_to_stop_it_yields_what_ends_soon_and_leaves_the_rest(monkeypatch):
    monkeypatch.setattr("spock_core.pipeline.scheduler.GRACE_S", 0.5)
    stop, begun, release = Stop(), threading.Event(), threading.Event()
    scheduler = Scheduler(a_run(stop=stop), 2)

    def quick() -> None:
        begun.wait()
        stop.ask()

    def stuck() -> None:
        begun.set()
        release.wait()

    tasks = [("quick", plain(quick)), ("stuck", plain(stuck))]
    tasks += [("never", plain(lambda: None))] * 10
    names = [name for name, _ in scheduler.run(tasks, 2)]
    release.set()
    assert "quick" in names
    assert "stuck" not in names
    assert names.count("never") < 10
    assert stop.abandoned
