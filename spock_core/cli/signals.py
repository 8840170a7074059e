"""SIGINT and SIGTERM: the first asks the run to stop, the second stops at once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

from spock_core.domain.stop import Stop

INTERRUPTED = 130
_NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Sends both signals to `stop` for as long as the work lasts."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            os._exit(INTERRUPTED)  # the register bears it: whatever was not finished is undone
        stop.ask()
        os.write(2, b"spock: stopping: what was begun is finished; once more stops at once\n")

    before = {number: signal.signal(number, on_signal) for number in _NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
