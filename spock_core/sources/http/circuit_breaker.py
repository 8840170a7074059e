"""A circuit breaker: a provider that is down is not asked any more in this run.

Not a library: pybreaker and its kin probe again after a while, which a nightly run has no use for
(the next night is the probe), and do not tell "down" from "asks for less".
"""

from __future__ import annotations

import threading

from spock_core.domain.errors import ProviderDown

MOST_FAILURES = 8
"""Failed requests in a row after which a provider is down: two questions with their retries."""
MOST_COMPLAINTS = 25
"""Requests in a row that it answered with "too many" after which it is left alone."""


class CircuitBreaker:
    """Counts failures in a row, over all threads."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._failures = 0
        self._complaints = 0
        self._reason: str | None = None
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the provider is given up."""
        return self._reason is not None

    def check(self) -> None:
        """Raises `ProviderDown` when the provider is given up."""
        if self._reason is not None:
            raise ProviderDown(f"{self._provider} is left alone for this run: {self._reason}")

    def worked(self) -> None:
        """A good answer: the count begins anew."""
        with self._lock:
            self._failures = self._complaints = 0

    def failed(self, reason: str) -> None:
        """A request failed, and not because it was one too many."""
        with self._lock:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._reason = f"{self._failures} requests in a row failed, the last: {reason}"

    def complained(self) -> int:
        """A request was one too many. Gives how many there were in a row."""
        with self._lock:
            self._complaints += 1
            if self._complaints >= MOST_COMPLAINTS:
                self._reason = f"it said {self._complaints} times in a row: too many requests"
            return self._complaints
