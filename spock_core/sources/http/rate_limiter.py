"""An adaptive rate limiter for one provider, shared by all threads and, by a lease of moments, by
all processes.

Not a library: pyrate-limiter, limits and aiolimiter keep a fixed rate. This one must lower its rate
at once when the provider throttles, and raise it again step by step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from spock_core.sources.http.lease import WITHIN_S, Lease

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
SHORTEST_LOOK_S = 0.001
"""The shortest wait between two questions for a moment."""


class AdaptiveRateLimiter:
    """Lets at most `ceiling` requests a second pass, over all threads.

    HTTP 429 and slow responses halve the rate; quick responses raise it again, up to the ceiling.
    With a lease, the rate is that of all processes together: every moment at which a request may
    pass is then one that the others do not have.
    """

    def __init__(
        self,
        ceiling: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        lease: Lease | None = None,
    ) -> None:
        """Raises `ValueError` if `ceiling` is not above zero."""
        if not ceiling > 0:
            raise ValueError("the ceiling of a rate limiter must be above zero")
        self._ceiling = ceiling
        self._share = 1.0
        """Share of the ceiling at which requests may be made now."""
        self._clock = clock
        self._sleep = sleep
        self._lease = lease
        self._next = 0.0
        """When the next request may be made, by the clock."""
        self._waiting = 0
        """Threads that wait for a moment."""
        self._quick = 0
        """Quick responses since the rate last changed."""
        self._usual_s: float | None = None
        """Exponential moving average of response times."""
        self._lock = threading.Lock()

    @property
    def rate(self) -> float:
        """Requests a second that may be made now."""
        return self._ceiling * self._share

    @property
    def ceiling(self) -> float:
        """The highest rate, in requests a second."""
        return self._ceiling

    @property
    def delay_s(self) -> float:
        """Seconds until the next request may be made, if no other is made before."""
        return max(self._next - self._clock(), 0.0)

    def acquire(self) -> float:
        """Blocks until a request may be made. Returns the seconds spent waiting.

        Raises `StoreError` if what all processes have in common cannot be reached.
        """
        started = self._clock()
        with self._lock:
            self._waiting += 1
        try:
            while True:
                with self._lock:
                    now, delay = self._look()
                    if delay <= 0:
                        keeps_grid = self._lease is not None and self._lease.has_grid
                        self._next = (self._next if keeps_grid else now) + self._spacing
                        return now - started
                self._sleep(delay)
        finally:
            with self._lock:
                self._waiting -= 1

    def slow_down(self, pause_s: float = 0.0) -> None:
        """Halves the rate, and lets no request pass for `pause_s` seconds."""
        with self._lock:
            halved = self._ceiling * max(MIN_RATE_SHARE, self._share / 2)
            self._slow(max(pause_s, 1 / halved), factor=1 / 2)

    def pause(self, seconds: float) -> None:
        """Lets no request pass for this many seconds."""
        with self._lock:
            self._slow(seconds, factor=1.0)

    def record_response(self, seconds: float) -> None:
        """Records how long a successful request took: a slow one halves the rate, quick ones raise
        it again."""
        with self._lock:
            usual = self._usual_s
            self._usual_s = seconds if usual is None else 0.9 * usual + 0.1 * seconds
            if usual is not None and seconds > SLOW_FACTOR * max(usual, MIN_USUAL_S):
                self._slow(0.0, factor=1 / 2)
                return
            self._quick += 1
            if self._quick >= RECOVERY_RESPONSES:
                self._quick = 0
                if self._lease is None:
                    self._share = min(1.0, self._share + RECOVERY_STEP)
                elif self._share < 1:
                    self._lease.raised += RECOVERY_STEP

    @property
    def _spacing(self) -> float:
        """Seconds from one request to the next."""
        return SPACING_MARGIN / self.rate

    def _look(self) -> tuple[float, float]:
        """The time now, and seconds until a request may pass, or until it is to be looked again."""
        now = self._clock()
        if self._lease is None:
            return now, self._next - now
        moment = self._lease.next_moment(self._next, now, self._spacing)
        if self._lease.holds(moment + self._spacing):
            self._next = moment
            return now, self._next - now
        interval_s = SPACING_MARGIN / self._ceiling
        grant = self._lease.renew(moment, now, self._waiting, interval_s, self._share)
        if grant.share < self._share:
            self._quick = 0
        self._share = grant.share
        asked_at, now = now, self._clock()  # to ask took a while
        self._next = max(self._next, now + grant.wait_s)
        self._lease.begin(self._next, grant.slots * self._spacing, now - asked_at)
        if grant.slots:
            return now, self._next - now
        return now, max(grant.wait_s - WITHIN_S, SHORTEST_LOOK_S)

    def _slow(self, pause_s: float, factor: float) -> None:
        if factor < 1:
            self._quick = 0
            self._share = max(MIN_RATE_SHARE, self._share * factor)
        if pause_s:
            self._next = max(self._next, self._clock() + pause_s)
        if self._lease is not None:
            self._share = self._lease.slow_down(
                self._next, pause_s, factor, MIN_RATE_SHARE, self._share
            )
