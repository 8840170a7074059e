"""Handles SIGINT and SIGTERM: the first stops a run gracefully, the second at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from spock_core.domain.interrupt import UserInterrupt
from spock_core.domain.stop import Stop

INTERRUPTED = 130
"""The exit code of a run that was stopped by a signal."""
_NUMBERS = (signal.SIGINT, signal.SIGTERM)


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
    ours = [number for number in _NUMBERS if signal.getsignal(number) in usual]
    before = {number: signal.signal(number, on_signal) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Requests a stop of the run on the first signal, and ends the process on the second."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            os._exit(INTERRUPTED)  # safe: the open transaction is rolled back
        stop.ask()
        os.write(2, b"spock: stopping after the current work; a second signal stops at once\n")

    before = {number: signal.signal(number, on_signal) for number in _NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
