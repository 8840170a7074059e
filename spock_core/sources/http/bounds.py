"""The bounds on what a provider that refuses, or is down, may cost; in `docs/operations.md` too.

They are counted since the provider's last decoded answer, so that one which complains now and then
is only slowed. They hold whatever the settings for retries are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

RUN_SECONDS = 300.0
"""Seconds that all providers of a run together may cost."""


class Bounds(NamedTuple):
    """What one provider may cost. At the default settings the whole run then ends in 150 s."""

    requests: int = 40
    """Requests without a decoded answer; redirects, cookies and retries are requests too."""
    throttled: int = 42
    """The same where a provider has answered in this run and now asks for fewer requests."""
    seconds: float = 120.0
    """From the first failed request on."""


class Patience:
    """The seconds that one run has for all its providers. Thread-safe."""

    def __init__(self, seconds: float = RUN_SECONDS) -> None:
        self._seconds = seconds
        self._spent: dict[int, Callable[[], float]] = {}
        self._lock = threading.Lock()

    def join(self, spent: Callable[[], float]) -> Callable[[], float]:
        """Adds a provider, which tells what it has `spent`. Returns what it may spend: half of what
        the others leave, so that the last one has some too, and all together keep to the bound."""
        with self._lock:
            number = len(self._spent)
            self._spent[number] = spent
        return lambda: self._left_by_others(number) / 2

    def _left_by_others(self, number: int) -> float:
        with self._lock:
            others = [spent for other, spent in self._spent.items() if other != number]
        return max(self._seconds - sum(spent() for spent in others), 0.0)
