"""How a run is asked to end early: it stops asking, finishes its batch, and reports."""

from __future__ import annotations

import threading

from spock_core.domain.errors import Stopped


class Stop:
    """A request to stop, seen by every thread of a run. Whoever has it may ask at any time."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.abandoned = False
        """Whether a worker was left behind that would not end: only its process can end it."""

    @property
    def asked(self) -> bool:
        """Whether the run was asked to stop."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Asks the run to stop."""
        self._asked.set()

    def check(self) -> None:
        """Raises `Stopped` when the run was asked to stop."""
        if self._asked.is_set():
            raise Stopped("stopped")

    def caused(self, error: BaseException) -> bool:
        """Whether an error is this request's doing, and not just of its kind: a plugin may raise
        `Stopped` as it likes."""
        return self.asked and isinstance(error, Stopped)

    def linger(self, seconds: float) -> None:
        """Waits, or until the run is asked to stop."""
        self._asked.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Waits. Raises `Stopped` as soon as the run is asked to stop."""
        self._asked.wait(seconds)
        self.check()
