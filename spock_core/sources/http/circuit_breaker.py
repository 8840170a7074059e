"""A circuit breaker: a provider that is down is not asked any more in this run.

Not a library: pybreaker and its kin probe again after a while, which a nightly run has no use for
(the next night is the probe), and do not tell "down" from "asks for less".
"""

from __future__ import annotations

import threading

from spock_core.domain.errors import ProviderDown

MOST_FAILURES = 8
"""Failed requests in a row after which a provider is down: two questions with their retries."""
MOST_THROTTLED = 25
"""Requests in a row that it answered with 429 after which the circuit breaker opens."""


class CircuitBreaker:
    """Counts failures in a row, over all threads."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._failures = 0
        self._throttled = 0
        self._reason: str | None = None
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether no more requests are made in this run."""
        return self._reason is not None

    def check(self) -> None:
        """Raises `ProviderDown` if it is open."""
        if self._reason is not None:
            raise ProviderDown(
                f"{self._provider} is not asked any more in this run: {self._reason}"
            )

    def record_success(self) -> None:
        """Records a good answer: the counts begin anew."""
        with self._lock:
            self._failures = self._throttled = 0

    def record_failure(self, reason: str) -> None:
        """Records a request that failed for another reason than throttling."""
        with self._lock:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._reason = f"{self._failures} requests in a row failed, the last: {reason}"

    def record_throttling(self) -> int:
        """Records a request that was answered with 429. Returns how many there were in a row."""
        with self._lock:
            self._throttled += 1
            if self._throttled >= MOST_THROTTLED:
                self._reason = f"it said {self._throttled} times in a row: too many requests"
            return self._throttled
