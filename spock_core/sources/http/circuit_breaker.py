"""A circuit breaker: once a provider is down, no more requests are made to it in this run.

Not a library: pybreaker and similar libraries probe the provider again after a time-out, which a
nightly run does not need (the next run is the probe), and they do not distinguish an outage from
throttling (HTTP 429).
"""

from __future__ import annotations

import threading

from spock_core.domain.errors import ProviderDown

MAX_FAILURES = 8
"""Consecutive failed requests that open the circuit breaker: two requests and their default three
retries each."""
MAX_THROTTLED = 25
"""Consecutive HTTP 429 responses that open the circuit breaker."""


class CircuitBreaker:
    """Counts consecutive failures over all threads. Once open, it stays open."""

    def __init__(self, provider: str, max_failures: int = MAX_FAILURES) -> None:
        self._provider = provider
        self._max_failures = max_failures
        self._failures = 0
        self._throttled = 0
        self._reason: str | None = None
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether requests are refused for the rest of the run."""
        return self._reason is not None

    def check(self) -> None:
        """Raises `ProviderDown` if the circuit breaker is open."""
        if self._reason is not None:
            raise ProviderDown(
                f"no more requests are made to {self._provider} in this run: {self._reason}"
            )

    def record_success(self) -> None:
        """Records a successful request, which resets both counts."""
        with self._lock:
            self._failures = self._throttled = 0

    def record_failure(self, reason: str) -> None:
        """Records a request that failed, but not with HTTP 429. `reason` is for messages."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._max_failures:
                self._reason = f"{self._failures} requests in a row failed, the last with: {reason}"

    def record_throttling(self) -> int:
        """Records an HTTP 429 response. Returns how many there have been in a row."""
        with self._lock:
            self._throttled += 1
            if self._throttled >= MAX_THROTTLED:
                self._reason = f"it answered HTTP 429 {self._throttled} times in a row"
            return self._throttled
