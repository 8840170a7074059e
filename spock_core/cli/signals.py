"""Handles SIGINT and SIGTERM: the first stops a run gracefully, the second at once.

Python calls a handler in the main thread, between two steps of whatever it is doing: it may be
within code that holds a lock, and is not called at all while the main thread waits in a library.
So a handler only sets a flag; a thread, which Python's C code wakes as the signal comes, does the
rest (`spock_core.cli.watch`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from spock_core.cli.watch import INTERRUPTED as INTERRUPTED  # noqa: PLC0414  part of this module
from spock_core.cli.watch import LEAVE_AFTER_S, SIGNALS, TICK_S, WAIT_S, Watch, end_without
from spock_core.domain.interrupt import UserInterrupt
from spock_core.domain.stop import Stop
from spock_core.plugins.calls import Calls, LeftBehind

_usual = {number: signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)}


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Makes both signals raise `UserInterrupt`, so that no other exception is taken for the user's.

    Signals that someone handles, or ignores, are left alone, and so are those of a process in whose
    main thread this is not called.
    """

    def on_signal(number: int, frame: FrameType | None) -> None:
        raise UserInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = (signal.default_int_handler, signal.SIG_DFL)
    ours = [number for number in SIGNALS if signal.getsignal(number) in usual]
    before = {number: signal.signal(number, on_signal) for number in ours}
    try:
        yield
    finally:
        _restore(before)


@contextlib.contextmanager
def stopped_by_signals(stop: Stop, calls: Calls) -> Iterator[None]:
    """Asks the run to stop on the first signal, and ends the process on the second.

    Asked to stop, the run does not wait for a plugin that does not return, nor for anything else
    that takes too long: see `Watch`.
    """

    asked_at: list[float] = []

    def on_signal(number: int, frame: FrameType | None) -> None:
        if asked_at:
            os._exit(INTERRUPTED)
        asked_at.append(time.monotonic())
        stop.mark()
        signal.setitimer(signal.ITIMER_REAL, LEAVE_AFTER_S, TICK_S)

    def on_alarm(number: int, frame: FrameType | None) -> None:
        """Also called within code in C that looks for signals and lets no other thread run."""
        call = calls.of(threading.get_ident())
        if call is None or not asked_at:
            return
        seconds = time.monotonic() - max(call.since, asked_at[0])
        if seconds >= WAIT_S:
            end_without(call)
        if seconds >= LEAVE_AFTER_S:
            calls.left.add(call.plugin)
            raise LeftBehind("it did not return when the run was asked to stop: left behind")

    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    watch = Watch(stop, calls, reading)
    before = {number: signal.signal(number, on_signal) for number in SIGNALS}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, on_alarm)
    woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    _of_this_process.add(os.getpid())
    watch.start()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.set_wakeup_fd(woken_before)
        _restore(before)
        os.close(writing)  # ends the watch
        watch.join()


def _restore(before: Mapping[signal.Signals, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)


_of_this_process: set[int] = set()
"""The process whose signals are handled here."""


def _forget() -> None:
    """Gives a forked process, a worker of a plugin's executor for one, the usual handlers: it would
    tell the run of signals that were sent to it alone."""
    if _of_this_process:
        _of_this_process.clear()
        signal.set_wakeup_fd(-1)
        for number, handler in _usual.items():
            signal.signal(number, handler or signal.SIG_DFL)


os.register_at_fork(after_in_child=_forget)
