"""A small process that ends the run's process where Python itself does not run any more.

Code in C may keep the lock of Python's interpreter as long as it likes: a plugin that computes
`sum(itertools.count())`, for one. Then no thread and no handler of the process hears of a signal.
But the signal's number stays unread in the pipe of `spock_core.cli.watch`, and another process can
see that.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time

UNHEARD_S = 2.0
"""Seconds after which a process is killed that has not heard of a signal."""
_LOOK_S = 0.05
_DESCRIPTORS = ("/proc/self/fd", "/dev/fd")
"""Folders that have the numbers of a process's open files, on Linux and on other systems."""
_MOST_TRIED = 65_536
"""Descriptors that are closed where no folder tells which are open."""
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
"""Signals that a terminal or a service manager sends to all processes of a run alike."""


class Guard:
    """The guard of this process. Made while no other thread runs: a process is forked."""

    def __init__(self, pipe: int) -> None:
        """`pipe`: where a signal's number is to be read, by this process and not by its guard."""
        parent = os.getpid()
        self._process = os.fork()
        if not self._process:
            _guard(pipe, parent)

    def end(self) -> None:
        """Ends the guard."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _guard(pipe: int, parent: int) -> None:
    """What the forked process does. It keeps no file of the other open, and never returns."""
    try:
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        _close_all_but(pipe)
        _kill_if_deaf(pipe, parent)
    finally:
        os._exit(0)


def _close_all_but(kept: int) -> None:
    """Closes all descriptors but one, whatever their numbers.

    What is open is read from the system: where there is no `close_range`, trying all numbers that a
    process may use takes minutes, and a limit that was lowered later leaves some of them out.
    """
    for folder in _DESCRIPTORS:
        with contextlib.suppress(OSError):
            found = [int(name) for name in os.listdir(folder)]  # noqa: PTH208  no objects, but numbers
            if kept in found:  # otherwise the folder has the standard streams alone
                break
    else:
        found = list(range(_MOST_TRIED))
    for number in found:
        if number != kept:
            with contextlib.suppress(OSError):  # the one that read the folder is closed already
                os.close(number)


def _kill_if_deaf(pipe: int, parent: int) -> None:
    """Returns when the other process has ended, or was killed here."""
    signals = select.poll()
    signals.register(pipe, select.POLLIN)
    while not signals.poll()[0][1] & select.POLLHUP:
        unread_since = time.monotonic()
        while unread := signals.poll(0):
            if unread[0][1] & select.POLLHUP:
                return
            if time.monotonic() - unread_since >= UNHEARD_S and os.getppid() == parent:
                os.kill(parent, signal.SIGKILL)
                return
            time.sleep(_LOOK_S)
