"""Work on one worker, on ten, on another executor: the same rows within the same budget."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from spock_core import hookimpl
from spock_core.domain.events import StocksClassified
from spock_core.domain.results import RunResult
from spock_core.domain.stop import Stop
from spock_core.pipeline.run import run_pipeline
from spock_core.pipeline.scheduler import Scheduler
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


def test_workers_are_no_more_than_there_is_work_for():
    scheduler = Scheduler(lambda hook, values: None, Stop(), 10)
    assert [scheduler.workers_for(tasks) for tasks in (0, 1, 7, 500)] == [1, 1, 7, 10]


def test_tasks_overlap_on_as_many_workers_as_were_asked_for():
    scheduler = Scheduler(lambda hook, values: None, Stop(), 4)
    barrier = threading.Barrier(4, timeout=5)
    tasks = [(number, barrier.wait) for number in range(4)]
    assert {done.name for done in scheduler.run(tasks, 4)} == set(range(4))


def test_a_task_that_fails_is_given_with_its_error_and_stops_no_other():
    scheduler = Scheduler(lambda hook, values: None, Stop(), 2)
    tasks: list[tuple[str, Any]] = [
        ("good", lambda: 1),
        ("bad", lambda: 1 // 0),
        ("fine", lambda: 2),
    ]
    found = {done.name: done for done in scheduler.run(tasks, 2)}
    assert (found["good"].result(), found["fine"].result()) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        found["bad"].result()


def test_events_of_a_task_are_heard_before_its_end():
    heard: list[str] = []
    scheduler = Scheduler(lambda hook, values: heard.append(hook), Stop(), 1)

    def task() -> None:
        for number in range(3):
            scheduler.tell(f"event {number}", {})

    for _ in scheduler.run([("one", task)], 1):
        assert heard == ["event 0", "event 1", "event 2"]


def test_asked_to_stop_it_gives_what_ends_soon_and_leaves_the_rest(monkeypatch):
    monkeypatch.setattr("spock_core.scheduler.GRACE_S", 0.5)
    stop, release = Stop(), threading.Event()
    scheduler = Scheduler(lambda hook, values: None, stop, 2)
    tasks: list[tuple[str, Any]] = [("quick", lambda: time.sleep(0.1)), ("stuck", release.wait)]
    tasks += [("never", lambda: None)] * 10
    stop_at = threading.Timer(0.05, stop.ask)
    stop_at.start()
    names = [done.name for done in scheduler.run(tasks, 2)]
    release.set()
    assert "quick" in names
    assert "stuck" not in names
    assert names.count("never") < 10
    assert stop.abandoned
