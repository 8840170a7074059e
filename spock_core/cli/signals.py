"""Handles SIGINT and SIGTERM: the first stops the run gracefully, the second at once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

from spock_core.domain.stop import Stop

INTERRUPTED = 130
"""The exit code of a run that was stopped by a signal."""
_NUMBERS = (signal.SIGINT, signal.SIGTERM)


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
