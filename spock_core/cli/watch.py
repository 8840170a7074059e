"""The thread that hears of signals, and sees to it that a run which was asked to stop does end."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from pathlib import Path
from typing import NoReturn

from spock_core.domain.stop import Stop
from spock_core.plugins.calls import Call, Calls
from spock_core.reporting.standard_streams import tell

INTERRUPTED = 130
"""The exit code of a run that was stopped by a signal."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEAVE_AFTER_S = 1.5
"""Seconds after which a plugin is left behind that does not return."""
WAIT_S = 2.5
"""Seconds after which a main thread that still waits for something is left behind."""
TICK_S = 0.25
"""Seconds between two looks at what the main thread does."""
_IDLE_TICKS = 3
"""So often in a row the main thread is seen waiting before it counts as waiting."""
_IDLE_CPU_S = 0.001
"""A thread that used less CPU time in a tick was waiting."""


class Watch:
    """Reads the numbers of signals from a pipe, as Python's C code writes them.

    The first one asks the run to stop. The process is ended by the second one, and where the run
    cannot end: the main thread waits for something, or is within a plugin. What was stored remains.
    A main thread that works is given the time that it needs: it stores a batch, writes the report.
    """

    def __init__(self, stop: Stop, calls: Calls, pipe: int) -> None:
        self._stop = stop
        self._calls = calls
        self._pipe = pipe
        self._asked_at: float | None = None
        self._main = threading.main_thread()
        self._idle = 0
        self._cpu = 0.0
        self._thread = threading.Thread(target=self._run, name="spock-signals", daemon=True)

    def start(self) -> None:
        """Begins to watch. The thread must be the only one that closes the pipe."""
        self._thread.start()

    def join(self) -> None:
        """Waits until it has ended, which it does when the other end of the pipe is closed."""
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                wait = None if self._asked_at is None else TICK_S
                if select.select([self._pipe], [], [], wait)[0]:
                    numbers = os.read(self._pipe, 64)
                    if not numbers:
                        return
                    self._hear(sum(number in SIGNALS for number in numbers))
                else:
                    self._look(time.monotonic())
        finally:
            os.close(self._pipe)

    def _hear(self, signals: int) -> None:
        if signals and self._asked_at is None:
            self._asked_at = time.monotonic()
            self._stop.ask()
            _tell("stopping after the current work; a second signal stops at once")
            signals -= 1
        if signals:
            os._exit(INTERRUPTED)  # safe: the open transaction is rolled back

    def _look(self, now: float) -> None:
        """Ends the process if the main thread will not end the run."""
        asked_at = now if self._asked_at is None else self._asked_at
        call = self._calls.of(self._main.ident or 0)
        self._idle = self._idle + 1 if self._is_waiting() else 0
        if call is not None and now - max(call.since, asked_at) >= WAIT_S:
            end_without(call)
        if now - asked_at >= WAIT_S and self._idle >= _IDLE_TICKS:
            end_without(None)

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
