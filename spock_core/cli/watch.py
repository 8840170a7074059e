"""The thread that hears of signals, and sees to it that a command ends which was asked to."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from spock_core.domain.stop import Stop
from spock_core.plugins.calling.board import Board
from spock_core.plugins.calling.calls import Call, Calls
from spock_core.reporting.standard_streams import tell

INTERRUPTED = 130
"""The exit code of a command that was ended by a signal."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEAVE_AFTER_S = 1.0
"""Seconds after which a plugin is left behind that does not return."""
WAIT_S = 2.0
"""Seconds after which a main thread that still waits for something is left behind."""
TICK_S = 0.25
"""Seconds between two looks at what the main thread does."""
QUIET_S = 30.0
"""Seconds after which a plugin is named that has not returned, while no signal has come."""
LOOK_S = 5.0
"""Seconds between two looks at the calls of plugins, and so between two beats of the thread."""
_IDLE_TICKS = 3
"""So often in a row the main thread is seen waiting before it counts as waiting."""
_IDLE_CPU_S = 0.001
"""A thread that used less CPU time in a tick was waiting."""
_NO_SIGNAL = b"\0"

log = logging.getLogger(__name__)


class Course:
    """What follows a signal in a command that is interrupted: the handler raised an exception in
    the main thread, which takes effect once a library comes back to Python; nobody waits for it."""

    def hear(self) -> None:
        """The first signal came."""

    def idle(self, now: float) -> None:
        """Called every `LOOK_S` while no signal has come."""

    def look(self, now: float, asked_at: float) -> None:
        """Called every `TICK_S` after a signal. Ends the process if the main thread does not."""
        if now - asked_at >= WAIT_S:
            os._exit(INTERRUPTED)


class Watch:
    """Reads the numbers of signals from a pipe, as Python's C code writes them.

    The first signal goes its course; the second one ends the process.
    """

    def __init__(self) -> None:
        self.board = Board()
        self.reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._course = Course()
        self._asked_at: float | None = None
        self._woken_before = -1
        self._thread = threading.Thread(target=self._run, name="spock-signals", daemon=True)

    def start(self) -> None:
        """Begins to watch. Called in the main thread, as `end`."""
        self._woken_before = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._thread.start()

    @contextlib.contextmanager
    def follows(self, course: Course) -> Iterator[None]:
        """The block is work in which a signal goes another course."""
        before, self._course, self._asked_at = self._course, course, None
        try:
            yield
        finally:
            self._course, self._asked_at = before, None

    def end(self) -> None:
        """Ends the thread, and gives signals back to whoever heard of them before.

        A process that a plugin forked may still hold the pipe, so that closing it says nothing.
        """
        signal.set_wakeup_fd(self._woken_before)
        os.write(self._writing, _NO_SIGNAL)
        self._thread.join()
        os.close(self._writing)
        os.close(self.reading)

    def _run(self) -> None:
        next_look = 0.0
        while True:
            self.board.beat()
            wait = LOOK_S if self._asked_at is None else TICK_S
            heard = select.select([self.reading], [], [], wait)[0]
            if heard:
                numbers = os.read(self.reading, 64)
                self._count(sum(number in SIGNALS for number in numbers))
                if _NO_SIGNAL in numbers:
                    return
            now = time.monotonic()
            if (asked_at := self._asked_at) is None:
                if not heard:
                    self._course.idle(now)
            elif (
                now >= next_look
            ):  # also while the alarm of the main thread is heard again and again
                next_look = now + TICK_S
                self._course.look(now, asked_at)

    def _count(self, signals: int) -> None:
        if signals and self._asked_at is None:
            self._asked_at = time.monotonic()
            self._course.hear()
            signals -= 1
        if signals:
            os._exit(INTERRUPTED)  # safe: the open transaction is rolled back


class RunCourse(Course):
    """Asks a run to stop on the first signal, and lets it end in its own way.

    The process is ended where the run cannot end: the main thread waits for something, or is within
    a plugin. What was stored remains. A main thread that works is given the time that it needs: it
    stores a batch, writes the report.
    """

    def __init__(self, stop: Stop, calls: Calls) -> None:
        self._stop = stop
        self._calls = calls
        self._main = threading.main_thread()
        self._idle = 0
        self._cpu = 0.0
        self._seen: dict[int, tuple[Call, float, float]] = {}
        """By thread: a call, when it was first looked at, and the thread's CPU time then."""
        self._named: set[Call] = set()
        self._left: set[Call] = set()

    def idle(self, now: float) -> None:
        """Names plugins that have not returned for long, once in each call.

        In other threads than the main one, those that wait for a provider are not meant.
        """
        calls = {thread: one for thread, one in self._calls.all().items() if not one.is_of_core}
        self._named &= set(calls.values())
        for thread, call in calls.items():
            cpu = _cpu_seconds(thread)
            seen = self._seen.get(thread)
            if seen is None or seen[0] is not call:
                self._seen[thread] = call, now, cpu
                continue
            computes = cpu - seen[2] > (now - seen[1]) / 2
            waits_for_provider = thread != self._main.ident and call.is_question and not computes
            if now - call.since < QUIET_S or call in self._named or waits_for_provider:
                continue
            self._named.add(call)
            log.warning(
                "plugin %s has not returned from %s for %.0f s%s: the run waits for it",
                call.plugin, call.where, now - call.since, " and computes" if computes else "",
            )  # fmt: skip

    def hear(self) -> None:
        """Asks the run to stop, and tells the user."""
        self._stop.ask()
        _tell("stopping after the current work; a second signal stops at once")

    def look(self, now: float, asked_at: float) -> None:
        """Ends the process if the main thread waits, or is within a plugin, for too long.

        What core's own observers do is the run's work: it writes the report, for one.
        """
        call = self._calls.of(self._main.ident or 0)
        call = None if call is None or call.is_of_core else call
        if now - asked_at >= LEAVE_AFTER_S:
            self._name_left_behind(asked_at)
        self._idle = self._idle + 1 if self._is_waiting() else 0
        if call is not None and now - max(call.since, asked_at) >= WAIT_S:
            end_without(call)
        if now - asked_at >= WAIT_S and self._idle >= _IDLE_TICKS:
            end_without(None)

    def _name_left_behind(self, asked_at: float) -> None:
        """Tells, once, which plugins other threads are left behind in."""
        for thread, call in self._calls.all().items():
            if thread == self._main.ident or call.is_of_core or call.is_question:
                continue
            if call.since < asked_at and call not in self._left:
                self._left.add(call)
                _tell(f"plugin {call.plugin} does not return from {call.where}: left behind")

    def _is_waiting(self) -> bool:
        """Whether the main thread sleeps, and used no CPU time since the last look.

        On a machine that is busy with other programs, a thread that would work is not asleep.
        """
        clock = time.pthread_getcpuclockid(self._main.ident or 0)
        before, self._cpu = self._cpu, time.clock_gettime(clock)
        return self._cpu - before < _IDLE_CPU_S and self._sleeps()

    def _sleeps(self) -> bool:
        try:
            text = Path(f"/proc/self/task/{self._main.native_id}/stat").read_text()
        except OSError:
            return True  # a system that does not tell
        return text.rpartition(")")[2].split()[0] == "S"


def _cpu_seconds(thread: int) -> float:
    """The CPU time of a thread; 0 where the system does not tell it."""
    native = {one.ident: one.native_id for one in threading.enumerate()}.get(thread)
    try:
        text = Path(f"/proc/self/task/{native}/stat").read_text()
        used = text.rpartition(")")[2].split()[11:13]  # utime and stime: proc(5)
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return 0.0


def end_without(call: Call | None) -> NoReturn:
    """Ends the process without waiting for a plugin, or for what else the main thread waits for."""
    if call is None:
        _tell("what the run waits for does not come: left behind")
    else:
        _tell(f"plugin {call.plugin} does not return from {call.where}: left behind")
    os._exit(INTERRUPTED)


def _tell(text: str) -> None:
    """Tells the user, if stderr can be written at once: a pipe that nobody reads may be full."""
    teller = threading.Thread(target=tell, args=(f"spock: {text}",), daemon=True)
    teller.start()
    teller.join(TICK_S)
