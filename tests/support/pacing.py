"""When the rate limiter let each request pass.

Not when requests arrive at the sandbox: on a busy machine one is late and arrives in another's
second, although both left in their own.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from spock_core.sources.http.lease import Lease
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter

LIMITER = "spock_core.sources.queries.gate.AdaptiveRateLimiter"


class NotingLimiter(AdaptiveRateLimiter):
    """Writes a line with the moment, in monotonic seconds, for each request that passes."""

    def __init__(
        self, path: Path, ceiling: float, sleep: Callable[[float], None], lease: Lease | None
    ) -> None:
        super().__init__(ceiling, self._read_clock, sleep, lease)
        self._path = path
        self._last = threading.local()

    def _read_clock(self) -> float:
        self._last.read = time.monotonic()
        return float(self._last.read)

    def acquire(self) -> float:
        """Lets a request pass. What it read from the clock last is when."""
        waited = super().acquire()
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{self._last.read!r}\n".encode())
        os.close(file)
        return waited


def note_passes(path: Path) -> None:
    """Notes in a file when each request to Yahoo passes, as long as this process lives."""
    pytest.MonkeyPatch().setattr(LIMITER, partial(NotingLimiter, path))


@dataclass(frozen=True)
class Passes:
    """The file in which it is noted when each request of a test passed."""

    path: Path

    def moments(self) -> list[float]:
        """In their order."""
        return sorted(map(float, self.path.read_text().split()))


@pytest.fixture
def passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Passes:
    """Notes when each request to Yahoo passes in this process."""
    monkeypatch.setattr(LIMITER, partial(NotingLimiter, tmp_path / "passes"))
    return Passes(tmp_path / "passes")


def shortest_gap(moments: list[float]) -> float:
    """Seconds between the two that were closest."""
    return min(after - before for before, after in pairwise(moments))


def most_in_a_second(moments: list[float]) -> int:
    """How many lie in the second that has most."""
    return max(
        sum(start <= moment < start + 1 for moment in moments[number:])
        for number, start in enumerate(moments)
    )
