"""A request to end a run early: no more requests are made, and the current batch is stored."""

from __future__ import annotations

import threading

from spock_core.domain.errors import Stopped


class Stop:
    """A flag that asks all threads of a run to stop. It can be set from any thread."""

    def __init__(self) -> None:
        self._marked = False
        self._wake = threading.Event()
        self.abandoned = False
        """Whether a worker thread did not stop and still runs, so that the process must exit."""

    @property
    def asked(self) -> bool:
        """Whether the run was asked to stop."""
        return self._marked

    def mark(self) -> None:
        """Asks the run to stop, and wakes nobody: all that a signal's handler may do.

        It runs in the middle of other code of its thread, which may hold the lock of waking.
        """
        self._marked = True

    def ask(self) -> None:
        """Asks the run to stop."""
        self._marked = True
        self._wake.set()

    def check(self) -> None:
        """Raises `Stopped` if the run was asked to stop."""
        if self._marked:
            raise Stopped("stopped")

    def caused(self, error: BaseException) -> bool:
        """Whether an error is the effect of this request. A plugin may raise `Stopped` without
        one."""
        return self.asked and isinstance(error, Stopped)

    def linger(self, seconds: float) -> None:
        """Waits for `seconds`, or until the run is asked to stop."""
        if not self._marked:
            self._wake.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Waits for `seconds`. Raises `Stopped` as soon as the run is asked to stop."""
        self.linger(seconds)
        self.check()
