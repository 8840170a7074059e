"""A rate limiter for one provider, shared by all threads: a ceiling, and an adaptive rate below it.

Not a library: those that the field trusts (pyrate-limiter, limits, aiolimiter) keep a fixed rate,
and this one must fall at once when the provider asks for it and climb back step by step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MARGIN = 1.05
"""Requests are spaced a little wider than the ceiling, so that none arrives in another's second."""
LOWEST_SHARE = 1 / 32
"""The rate does not fall below this share of the ceiling, however often a provider throttles."""
STEP = 1 / 10
"""Share of the ceiling that a good stretch gives back."""
STRETCH = 10
"""Good answers in a row that make a good stretch."""
SLOW = 4.0
"""An answer that takes so many times the usual is the provider's way of saying "slower"."""
SLOWEST_USUAL_S = 0.25
"""Answers quicker than this are never slow."""


class AdaptiveRateLimiter:
    """Lets requests pass, over all threads, at most `ceiling` a second.

    Raises `ValueError` for a ceiling that is not above zero.
    """

    def __init__(
        self,
        ceiling: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not ceiling > 0:
            raise ValueError("a rate limiter needs a ceiling above zero")
        self._ceiling = ceiling
        self._rate = ceiling
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._good = 0
        self._usual_s: float | None = None
        self._lock = threading.Lock()

    @property
    def rate(self) -> float:
        """Requests a second that it lets pass now."""
        return self._rate

    @property
    def ceiling(self) -> float:
        """Requests a second that it may let pass at most."""
        return self._ceiling

    def acquire(self) -> float:
        """Waits until a request may be made. Returns the seconds that it waited."""
        started = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                if now >= self._next:
                    self._next = now + MARGIN / self._rate
                    return now - started
                delay = self._next - now
            self._sleep(delay)

    def slow_down(self, pause_s: float = 0.0) -> None:
        """Halves the rate at once, and lets nothing pass for `pause_s` seconds."""
        with self._lock:
            self._fall()
            self._next = max(self._next, self._clock() + max(pause_s, 1 / self._rate))

    def record_answer(self, seconds: float) -> None:
        """Records a good answer that took this many seconds: quick ones raise the rate again."""
        with self._lock:
            usual = self._usual_s
            self._usual_s = seconds if usual is None else 0.9 * usual + 0.1 * seconds
            if usual is not None and seconds > SLOW * max(usual, SLOWEST_USUAL_S):
                self._fall()
                return
            self._good += 1
            if self._good >= STRETCH:
                self._good = 0
                self._rate = min(self._ceiling, self._rate + STEP * self._ceiling)

    def _fall(self) -> None:
        self._good = 0
        self._rate = max(LOWEST_SHARE * self._ceiling, self._rate / 2)
