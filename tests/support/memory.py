"""How much memory a run takes, as the operating system counts it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

MOST_MB = 300
"""Of a process at its peak, in any attack on the full universe."""
MOST_GROWN_MB = 100
"""Of an attack, beside `PLAIN_MB`: together less than `MOST_MB`. The process of a test has made other
runs, whose memory comes back in its own time."""
PLAIN_MB = 170
"""Of a process of tests that has made a run: one that has not yet loads what a run needs."""
_OWN = Path("/proc/self")


@contextlib.contextmanager
def bounded_memory(most_mb: float = MOST_GROWN_MB) -> Iterator[None]:
    """Asserts that at no moment within the block this process has grown by more.

    Linux forgets the peak of a process on request: proc(5), `clear_refs`. Elsewhere nothing is
    asserted.
    """
    try:
        (_OWN / "clear_refs").write_text("5")
    except OSError:
        yield
        return
    before = max(_megabytes("VmRSS"), PLAIN_MB)
    yield
    grown = _megabytes("VmHWM") - before
    if grown > most_mb:
        pytest.fail(f"the process grew by {grown:.0f} MB, and may by {most_mb}")


def _megabytes(name: str) -> float:
    for line in (_OWN / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"/proc/self/status has no {name}")
