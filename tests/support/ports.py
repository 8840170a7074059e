"""Ports that belong to one test, however many tests run on this machine at once."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

FIRST, LAST = 20_000, 32_000
"""Below the ports that operating systems give to whoever asks for any (from 32768 on Linux)."""


@contextlib.contextmanager
def own_port() -> Iterator[int]:
    """A port on which nobody listens and which no other test takes meanwhile."""
    folder = Path(tempfile.gettempdir()) / "spock-test-ports"
    folder.mkdir(exist_ok=True)
    first = FIRST + os.getpid() * 7 % (LAST - FIRST)
    for port in (*range(first, LAST), *range(FIRST, first)):
        lock = FileLock(folder / str(port))
        with contextlib.suppress(Timeout):
            lock.acquire(blocking=False)
        if lock.is_locked and _is_free(port):
            break
        lock.release()
    else:
        raise AssertionError("no port is free")
    try:
        yield port
    finally:
        lock.release()


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """A port that refuses connections: it is taken, and nobody listens on it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
