"""A small process that ends the run's process where Python itself does not run any more.

Code in C may keep the lock of Python's interpreter as long as it likes: a plugin that computes
`sum(itertools.count())`, for one. Then no thread and no handler of the process hears of a signal.
But the signal's number stays unread in the pipe of `spock_core.cli.watch`, the beats of its thread
cease, and the last call that was shown on the board remains: another process can see all of it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import stat
import time

from spock_core.cli.watch import LOOK_S, QUIET_S
from spock_core.plugins.calling.board import Board

UNHEARD_S = 2.0
"""Seconds after which a process is killed that has not heard of a signal."""
_POLL_S = 0.05
_STDERR = 2
_DESCRIPTORS = ("/proc/self/fd", "/dev/fd")
"""Folders that have the numbers of a process's open files, on Linux and on other systems."""
_MOST_TRIED = 65_536
"""Descriptors that are closed where no folder tells which are open."""
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
"""Signals that a terminal or a service manager sends to all processes of a run alike."""


class Guard:
    """The guard of this process. Made while no other thread runs: a process is forked."""

    def __init__(self, pipe: int, board: Board) -> None:
        """`pipe`: where a signal's number is to be read, by this process and not by its guard.
        `board`: what this process shows of itself."""
        parent = os.getpid()
        self._process = os.fork()
        if not self._process:
            _guard(pipe, parent, board)

    def end(self) -> None:
        """Ends the guard."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _guard(pipe: int, parent: int, board: Board) -> None:
    """What the forked process does. It keeps no file of the other open, unless stderr is a socket,
    and never returns."""
    try:
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        # a socket, such as systemd's journal, cannot be opened by a path: see `_tell`
        stderr = _STDERR if _is_socket(_STDERR) else None
        _close_all_but(pipe, *([] if stderr is None else [stderr]))
        _kill_if_deaf(pipe, parent, board, stderr)
    finally:
        os._exit(0)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:  # it is closed
        return False


def _close_all_but(pipe: int, *others: int) -> None:
    """Closes all descriptors but the pipe and others, whatever their numbers.

    What is open is read from the system: where there is no `close_range`, trying all numbers that a
    process may use takes minutes, and a limit that was lowered later leaves some of them out.
    """
    for folder in _DESCRIPTORS:
        with contextlib.suppress(OSError):
            found = [int(name) for name in os.listdir(folder)]  # noqa: PTH208  no objects, but numbers
            if pipe in found:  # otherwise the folder has the standard streams alone
                break
    else:
        found = list(range(_MOST_TRIED))
    for number in found:
        if number not in (pipe, *others):
            with contextlib.suppress(OSError):  # the one that read the folder is closed already
                os.close(number)


def _kill_if_deaf(pipe: int, parent: int, board: Board, stderr: int | None) -> None:
    """Returns when the other process has ended, or was killed here. Names what keeps it from
    hearing, once in each call, also while there is no signal.

    Looks are counted, and no time is measured: while a terminal has stopped both processes (Ctrl-Z)
    there are no beats, the clock goes on, and nobody looks.
    """
    signals = select.poll()
    signals.register(pipe, select.POLLIN)
    beats, quiet, named = board.beats, 0, ""
    while not (heard := signals.poll(int(LOOK_S * 1000))) or not heard[0][1] & select.POLLHUP:
        unread_since = time.monotonic()
        while unread := signals.poll(0):
            if unread[0][1] & select.POLLHUP:
                return
            if time.monotonic() - unread_since >= UNHEARD_S and os.getppid() == parent:
                _tell(parent, f"{board.read() or 'the process hears nothing'}: killed", stderr)
                os.kill(parent, signal.SIGKILL)
                return
            time.sleep(_POLL_S)
        if board.beats != beats:
            beats, quiet, named = board.beats, 0, ""
            continue
        quiet += 1
        if quiet * LOOK_S >= QUIET_S and (called := board.read()) not in ("", named):
            named = called
            _tell(parent, f"{named}, and nothing else runs: the run waits for it", stderr)


def _tell(parent: int, text: str, stderr: int | None) -> None:
    """Writes a line to the other process's stderr: a descriptor of this one, or None where it keeps
    none. Where the system has no path to that of the other, or nobody reads, nothing is said."""
    line = f"spock: {text}\n".encode()
    with contextlib.suppress(OSError):
        if stderr is not None:
            with socket.socket(fileno=os.dup(stderr)) as journal:
                journal.send(line, socket.MSG_DONTWAIT)
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY
        opened = os.open(f"/proc/{parent}/fd/2", flags)
        try:
            os.write(opened, line)
        finally:
            os.close(opened)
