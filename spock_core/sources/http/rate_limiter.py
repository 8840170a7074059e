"""An adaptive rate limiter for one provider, shared by all threads.

Not a library: pyrate-limiter, limits and aiolimiter keep a fixed rate. This one must lower its rate
at once when the provider throttles, and raise it again step by step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SPACING_MARGIN = 1.05
"""Factor on the interval between requests, so that network jitter does not push more than `ceiling`
requests into one second at the provider."""
MIN_RATE_SHARE = 1 / 4
"""The rate never falls below this share of the ceiling; pauses slow it down further."""
RECOVERY_STEP = 1 / 10
"""Share of the ceiling by which the rate is raised at a time."""
RECOVERY_RESPONSES = 10
"""Consecutive quick responses after which the rate is raised."""
SLOW_FACTOR = 4.0
"""A response that takes this many times the usual time halves the rate, as throttling does."""
MIN_USUAL_S = 0.25
"""Lower bound of the usual time: responses within a second are never slow."""


class AdaptiveRateLimiter:
    """Lets at most `ceiling` requests a second pass, over all threads.

    HTTP 429 and slow responses halve the rate; quick responses raise it again, up to the ceiling.
    """

    def __init__(
        self,
        ceiling: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises `ValueError` if `ceiling` is not above zero."""
        if not ceiling > 0:
            raise ValueError("the ceiling of a rate limiter must be above zero")
        self._ceiling = ceiling
        self._rate = ceiling
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        """When the next request may be made, by the clock."""
        self._quick = 0
        """Quick responses since the rate last changed."""
        self._usual_s: float | None = None
        """Exponential moving average of response times."""
        self._lock = threading.Lock()

    @property
    def rate(self) -> float:
        """Requests a second that may be made now."""
        return self._rate

    @property
    def ceiling(self) -> float:
        """The highest rate, in requests a second."""
        return self._ceiling

    @property
    def delay_s(self) -> float:
        """Seconds until the next request may be made, if no other is made before."""
        return max(self._next - self._clock(), 0.0)

    def acquire(self) -> float:
        """Blocks until a request may be made. Returns the seconds spent waiting."""
        started = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                if now >= self._next:
                    self._next = now + SPACING_MARGIN / self._rate
                    return now - started
                delay = self._next - now
            self._sleep(delay)

    def slow_down(self, pause_s: float = 0.0) -> None:
        """Halves the rate, and lets no request pass for `pause_s` seconds."""
        with self._lock:
            self._halve()
            self._next = max(self._next, self._clock() + max(pause_s, 1 / self._rate))

    def pause(self, seconds: float) -> None:
        """Lets no request pass for this many seconds."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)

    def record_response(self, seconds: float) -> None:
        """Records how long a successful request took: a slow one halves the rate, quick ones raise
        it again."""
        with self._lock:
            usual = self._usual_s
            self._usual_s = seconds if usual is None else 0.9 * usual + 0.1 * seconds
            if usual is not None and seconds > SLOW_FACTOR * max(usual, MIN_USUAL_S):
                self._halve()
                return
            self._quick += 1
            if self._quick >= RECOVERY_RESPONSES:
                self._quick = 0
                self._rate = min(self._ceiling, self._rate + RECOVERY_STEP * self._ceiling)

    def _halve(self) -> None:
        self._quick = 0
        self._rate = max(MIN_RATE_SHARE * self._ceiling, self._rate / 2)
