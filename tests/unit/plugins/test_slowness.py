"""Plugins that make a run slow, or do not return, are named with what they were asked."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from spock_core.cli.watch import QUIET_S, RunCourse
from spock_core.domain.stop import Stop
from spock_core.plugins.calling.board import Board
from spock_core.plugins.calling.calls import Calls, slow_plugins


def clock_of(step: float) -> Callable[[], float]:
    """A clock that goes on by so many seconds whenever somebody looks at it."""
    return count(0.0, step).__next__


@pytest.mark.parametrize(
    ("call_s", "calls", "run_s", "named"),
    [
        (10.0, 1, 1000.0, True),
        (1.0, 10, 1000.0, True),
        (9.0, 1, 1000.0, False),
        (1.0, 1, 5.0, True),
        (1.0, 1, 6.0, False),
        (0.5, 1, 0.5, False),
    ],
)
def test_a_plugin_is_named_by_its_seconds_or_its_share_of_the_run(call_s, calls, run_s, named):
    measured = Calls(clock_of(call_s))
    for _ in range(calls):
        with measured.within("hanoi", "spock_retry"):
            pass
    found = [str(one) for one in slow_plugins(measured, run_s)]
    words = "call" if calls == 1 else "calls"
    said = f"plugin hanoi took {call_s * calls:.1f} s in spock_retry ({calls} {words})"
    assert found == ([said] if named else [])


def test_what_workers_wait_for_and_what_core_does_is_not_counted():
    measured = Calls(clock_of(100.0))

    def ask() -> None:
        with measured.within("hanoi", "ask of source hanoi"):
            pass

    worker = threading.Thread(target=ask)
    worker.start()
    worker.join()
    with measured.within("spock_core.reporting.log", "spock_retry"):
        pass
    assert slow_plugins(measured, 100.0) == ()


def test_a_plugin_that_does_not_return_is_named_once_while_the_run_waits(caplog):
    calls = Calls(lambda: 0.0)
    course = RunCourse(Stop(), calls)
    with caplog.at_level(logging.WARNING), calls.within("hanoi", "spock_retry"):
        for now in (QUIET_S - 1, QUIET_S, QUIET_S * 2):
            course.idle(now)
    course.idle(QUIET_S * 3)
    assert [record.getMessage() for record in caplog.records] == [
        "plugin hanoi has not returned from spock_retry for 30 s: the run waits for it"
    ]


@pytest.mark.parametrize(
    ("where", "named"), [("spock_listings", True), ("ask of source hanoi", False)]
)
def test_a_plugin_in_another_thread_is_named_unless_it_waits_for_its_provider(where, named, caplog):
    calls = Calls(lambda: 0.0)
    course = RunCourse(Stop(), calls)
    entered, over = threading.Event(), threading.Event()

    def work() -> None:
        with calls.within("hanoi", where):
            entered.set()
            over.wait()

    worker = threading.Thread(target=work)
    worker.start()
    entered.wait()
    with caplog.at_level(logging.WARNING):
        course.idle(QUIET_S - 1)
        course.idle(QUIET_S)
    over.set()
    worker.join()
    said = f"plugin hanoi has not returned from {where} for 30 s: the run waits for it"
    assert [record.getMessage() for record in caplog.records] == ([said] if named else [])


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs /proc, which has the CPU time of threads"
)
def test_a_plugin_that_computes_is_told_from_one_that_waits(caplog):
    calls = Calls(lambda: 0.0)
    course = RunCourse(Stop(), calls)
    with caplog.at_level(logging.WARNING), calls.within("hanoi", "ask of source hanoi"):
        course.idle(QUIET_S - 0.001)
        used = time.thread_time()
        while time.thread_time() - used < 0.05:
            pass
        course.idle(QUIET_S)
    [record] = caplog.records
    assert "has not returned from ask of source hanoi for 30 s and computes" in record.getMessage()


def test_what_threads_are_in_can_be_read_by_another_process():
    calls = Calls()
    calls.board = board = Board()
    read, write = os.pipe()
    with calls.within("hanoi", "spock_retry"), calls.within("spock_core.reporting.log", "x"):
        process = os.fork()
        if not process:
            try:
                os.write(write, board.read().encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as said:
            assert said.read() == b"plugin hanoi does not return from spock_retry"
        os.waitpid(process, 0)
    assert board.read() == ""
