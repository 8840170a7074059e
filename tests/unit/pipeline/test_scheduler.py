"""The scheduler: tasks on workers, their results and events in the thread that called."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from spock_core import hookimpl
from spock_core.domain.errors import ProviderError, TransientError
from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.domain.workers.task_result import TaskResult
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import load_settings

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


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


def test_asked_to_stop_it_yields_what_ends_soon_and_begins_nothing_more(monkeypatch):
    monkeypatch.setattr("spock_core.pipeline.scheduler.GRACE_S", float("inf"))
    stop = Stop()
    tasks = [("quick", plain(stop.ask)), *[("never", plain(lambda: None))] * 10]
    names = [name for name, _ in Scheduler(a_run(stop=stop), 2).run(tasks, 2)]
    assert "quick" in names
    assert names.count("never") < 10
    assert not stop.abandoned


def test_asked_to_stop_it_leaves_behind_what_does_not_end(monkeypatch):
    monkeypatch.setattr("spock_core.pipeline.scheduler.GRACE_S", 0.0)
    stop, begun, release = Stop(), threading.Event(), threading.Event()

    def ask() -> None:
        begun.wait()
        stop.ask()

    def stuck() -> None:
        begun.set()
        release.wait()

    tasks = [("ask", plain(ask)), ("stuck", plain(stuck)), *[("never", plain(stuck))] * 10]
    names = [name for name, _ in Scheduler(a_run(stop=stop), 2).run(tasks, 2)]
    release.set()
    assert "stuck" not in names
    assert names.count("never") < 10
    assert stop.abandoned


def test_an_error_that_a_task_returns_holds_nothing_that_was_read():
    """Otherwise a provider's nonsense of megabytes stays in memory."""

    def task() -> None:
        try:
            raise ValueError("of the parser")
        except ValueError as error:
            raise ProviderError("unreadable") from error

    error = TaskResult.of(task).error
    assert isinstance(error, ProviderError)
    assert [error.__traceback__, error.__cause__, error.__context__] == [None] * 3
