"""Processes of their own for tests: like `subprocess`, without waiting for imports each time."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, ClassVar

from filelock import FileLock

from tests.support.fork_server import LENGTH, READY

ROOT = Path(__file__).parents[2]
HANG_S = 300.0
"""After so long a process hangs. No test passes or fails by it on a machine that is only busy."""
_SENDING = threading.Lock()
"""Held for a request to the server, whose parts belong together."""


class Child:
    """A Python process, forked from a warm interpreter. Its methods are those of `Popen`.

    `arguments` are those of `python`: `-m MODULE ...` or `-c CODE ...`. A stream that is None is a
    pipe to this process; file descriptors are for other streams. Stdin is empty.
    """

    running: ClassVar[set[Child]] = set()
    """Those of which nobody has yet heard that they ended."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        self.stdout, out = _pipe(stdout)
        self.stderr, err = _pipe(stderr)
        self.returncode: int | None = None
        self._status, status = socket.socketpair()
        request = {
            "arguments": list(arguments),
            "folder": str(folder or Path.cwd()),
            "environment": dict(os.environ if environment is None else environment),
        }
        with status, Path(os.devnull).open("rb") as nothing:
            descriptors = [nothing.fileno(), out, err, status.fileno()]
            message = json.dumps(request).encode()
            length = len(message).to_bytes(LENGTH, "big")
            with _SENDING:
                socket.send_fds(_server(), [length], descriptors)
                _server().sendall(message)
        for ours, descriptor in ((self.stdout, out), (self.stderr, err)):
            if ours is not None:
                os.close(descriptor)
        self._said = self._status.makefile("r")
        self.pid = int(self._said.readline())
        self.running.add(self)

    def poll(self) -> int | None:
        """The exit code if the process has ended; minus the signal's number if one killed it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float = HANG_S) -> int:
        """Waits for the end and returns the exit code. Raises `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = os.waitstatus_to_exitcode(int(self._said.readline()))
            self._said.close()
            self._status.close()
            self.running.discard(self)
        return self.returncode

    def communicate(self, timeout: float = HANG_S) -> tuple[str, str]:
        """Reads stdout and stderr to their ends, then waits for the process."""
        found = {"out": "", "err": ""}

        def read(name: str, stream: IO[str]) -> None:
            with stream:
                found[name] = stream.read()

        streams = {"out": self.stdout, "err": self.stderr}
        readers = [
            threading.Thread(target=read, args=(name, stream), daemon=True)
            for name, stream in streams.items()
            if stream is not None and not stream.closed
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(timeout)
        self.wait(timeout)
        return found["out"], found["err"]

    def send_signal(self, number: int) -> None:
        """Sends a signal, unless the process has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Sends SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Sends SIGKILL."""
        self.send_signal(signal.SIGKILL)


def run(
    arguments: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdout: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a process to its end, as `subprocess.run` does."""
    process = Child(arguments, folder=folder, environment=environment, stdout=stdout)
    out, err = process.communicate()
    return subprocess.CompletedProcess(list(arguments), process.wait(), out, err)


def _pipe(descriptor: int | None) -> tuple[IO[str] | None, int]:
    """What this process reads, and what the child writes to."""
    if descriptor is not None:
        return None, descriptor
    read, write = os.pipe()
    return os.fdopen(read, encoding="utf-8", errors="replace"), write


def server_folder(run: str | None) -> Path:
    """The folder of the server's socket, which is removed when the test run has ended. `run` is
    xdist's identifier of it; None for a run in this process."""
    return Path(tempfile.gettempdir(), f"spock-tests-{run[:12] if run else os.getpid()}")


@cache
def _server() -> socket.socket:
    """The warm interpreter of this test run, which all its workers share: the first to need it
    starts it, and it ends with the last."""
    folder = server_folder(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
    folder.mkdir(mode=0o700, exist_ok=True)
    address = folder / "forks"
    with FileLock(folder / "lock"):
        with contextlib.suppress(OSError):  # none is at work, or it ends just now
            return _connect(address)
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            listener.listen()
            subprocess.Popen(
                [sys.executable, "-m", "tests.support.fork_server", str(listener.fileno())],
                cwd=ROOT,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
            )
        return _connect(address)


def _connect(address: Path) -> socket.socket:
    """Raises `OSError` if no server answers."""
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(str(address))
        if not server.recv(len(READY)):
            raise ConnectionError(f"the server of {address} has ended")
    except OSError:
        server.close()
        raise
    return server
