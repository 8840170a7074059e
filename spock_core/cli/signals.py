"""Handles SIGINT and SIGTERM: the first stops a run gracefully, the second at once.

Python calls a handler in the main thread, between two steps of whatever it is doing: it may be
within code that holds a lock, and is not called at all while the main thread waits in a library.
So a handler only sets a flag; a thread, which Python's C code wakes as the signal comes, does the
rest (`spock_core.cli.watch`), or another process (`spock_core.cli.guard`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

from spock_core.cli.guard import Guard
from spock_core.cli.watch import INTERRUPTED as INTERRUPTED  # noqa: PLC0414  part of this module
from spock_core.cli.watch import (
    LEAVE_AFTER_S,
    SIGNALS,
    TICK_S,
    WAIT_S,
    RunCourse,
    Watch,
    end_without,
)
from spock_core.domain.interrupt import UserInterrupt
from spock_core.domain.stop import Stop
from spock_core.plugins.calling.calls import Calls, LeftBehind

_usual = {number: signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)}


@contextlib.contextmanager
def interruptible(*, guarded: bool) -> Iterator[None]:
    """Makes both signals raise `UserInterrupt`, so that no other exception is taken for the user's.

    Signals that someone handles, or ignores, are left alone, and so are those of a process in whose
    main thread this is not called. `guarded`: another process ends this one where Python does not
    hear of signals any more; only for a process that begins with this block.
    """

    def on_signal(number: int, frame: FrameType | None) -> None:
        raise UserInterrupt

    usual = (signal.default_int_handler, signal.SIG_DFL)
    ours = [number for number in SIGNALS if signal.getsignal(number) in usual]
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    with _watched(guarded=guarded), _handled(dict.fromkeys(ours, on_signal)):
        yield


@contextlib.contextmanager
def stopped_by_signals(stop: Stop, calls: Calls) -> Iterator[None]:
    """Asks the run to stop on the first signal, and ends the process on the second.

    Asked to stop, the run does not wait for a plugin that does not return, nor for anything else
    that takes too long: see `RunCourse`.
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
        if call is None or call.is_of_core or not asked_at:
            return
        seconds = time.monotonic() - max(call.since, asked_at[0])
        if seconds >= WAIT_S:
            end_without(call)
        if seconds >= LEAVE_AFTER_S:
            calls.left.add(call.plugin)
            raise LeftBehind("it did not return when the run was asked to stop: left behind")

    handlers = {**dict.fromkeys(SIGNALS, on_signal), signal.SIGALRM: on_alarm}
    with _watched() as watch, watch.follows(RunCourse(stop, calls)), _handled(handlers):
        calls.board = watch.board
        try:
            yield
        finally:
            calls.board = None
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def _watched(*, guarded: bool = False) -> Iterator[Watch]:
    """Gives the watch of this process, which lasts as long as the outermost block."""
    if _watches:
        yield _watches[-1]
        return
    watch = Watch()
    guard = Guard(watch.reading, watch.board) if guarded else None
    _watches.append(watch)
    watch.start()
    try:
        yield watch
    finally:
        _watches.clear()
        watch.end()
        if guard is not None:
            guard.end()


@contextlib.contextmanager
def _handled(handlers: Mapping[signal.Signals, Callable[..., None]]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_watches: list[Watch] = []
"""The watch of this process, if there is one."""


_masks: dict[int, set[signal.Signals | int]] = {}
"""The signals that each thread, which forks at the moment, had blocked before."""


def _hold_back() -> None:
    """Blocks the signals until a forked process has the usual handlers. One that is sent to it at
    once would otherwise be heard here: it has our handlers, and our end of the pipe."""
    if _watches:
        _masks[threading.get_ident()] = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def _let_through() -> None:
    mask = _masks.pop(threading.get_ident(), None)
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _forget() -> None:
    """Gives a forked process, a worker of a plugin's executor for one, the usual handlers."""
    if _watches:
        _watches.pop().board.leave()
        os.close(signal.set_wakeup_fd(-1))
        for number, handler in _usual.items():
            signal.signal(number, handler or signal.SIG_DFL)
    _let_through()


os.register_at_fork(before=_hold_back, after_in_parent=_let_through, after_in_child=_forget)
