"""The ways in which the sandbox's Yahoo fails."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from spock_core.sandbox.messages import WEB_PAGE, Answer


@dataclass
class YahooFaults:
    """Knobs, off unless set. Random ones are seeded: the n-th request always fares the same."""

    dead: bool = False
    """Answer every request with 503."""
    dead_after: int | None = None
    """Answer so from this request on."""
    html: bool = False
    """Answer every request with a web page."""
    always_429: bool = False
    storm_429: range = range(0)
    """Requests, counted from 1, that are answered with 429."""
    retry_after_s: int | None = None
    """What to say beside a 429."""
    error_share: float = 0.0
    """Share of requests answered with a random 5xx."""
    cut_share: float = 0.0
    """Share of answers that are cut half-way."""
    latency_s: float = 0.0
    """Time before every answer."""
    rate_limit: float | None = None
    """Answer 429 to requests beyond so many a second."""
    drift_share: float = 0.0
    """Share of screener pages that come back one quote short or with another total."""
    seed: int = 1
    _recent: deque[float] = field(default_factory=deque, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def strike(self, number: int) -> Answer | None:
        """The fault that the request of this number meets; None for none."""
        time.sleep(self.latency_s)
        if self.dead or (self.dead_after is not None and number > self.dead_after):
            return Answer(503, b"down\n")
        if self.html:
            return WEB_PAGE
        if self.always_429 or number in self.storm_429 or self._too_fast():
            return self._slow_down()
        dice = random.Random(f"{self.seed} {number}")  # noqa: S311  made up
        if dice.random() < self.error_share:
            return Answer(dice.choice((500, 502, 503, 504)), b"out of order\n")
        return None

    def cuts(self, number: int) -> bool:
        """Whether the answer to this request is cut."""
        return random.Random(f"cut {self.seed} {number}").random() < self.cut_share  # noqa: S311

    def drifts(self, number: int) -> bool:
        """Whether this screener page is off by one."""
        return random.Random(f"drift {self.seed} {number}").random() < self.drift_share  # noqa: S311

    def _slow_down(self) -> Answer:
        wait = self.retry_after_s
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return Answer(429, b"Too Many Requests\n", headers=headers)

    def _too_fast(self) -> bool:
        if self.rate_limit is None:
            return False
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            self._recent.append(now)
            return len(self._recent) > self.rate_limit
