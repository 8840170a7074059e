"""The faults that the sandbox's Yahoo can imitate."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeVar

from spock_core.sandbox.messages import WEB_PAGE, Response

T = TypeVar("T")


@dataclass
class YahooFaults:
    """Faults, all off by default. Random faults are seeded: they hit the same requests each time.

    Requests are numbered from 1.
    """

    dead: bool = False
    """Respond to every request with HTTP 503."""
    dead_after: int | None = None
    """Respond to every request after this one with HTTP 503."""
    html: bool = False
    """Respond to every request with a web page."""
    always_429: bool = False
    """Respond to every request with HTTP 429."""
    storm_429: range = range(0)
    """Numbers of requests to respond to with HTTP 429."""
    retry_after_s: int | None = None
    """The `Retry-After` header of HTTP 429, in seconds."""
    error_share: float = 0.0
    """Share of requests that get a random HTTP 5xx, 0 to 1."""
    cut_share: float = 0.0
    """Share of responses that are truncated half-way, 0 to 1."""
    latency_s: float = 0.0
    """Seconds before every response."""
    rate_limit: float | None = None
    """Requests within a second beyond which HTTP 429 is sent."""
    drift_share: float = 0.0
    """Share of screener pages that have one quote too few, 0 to 1."""
    host_cookie: bool = False
    """Set a second cookie beside the one for all of Yahoo's hosts, for the host alone."""
    empty_industries: set[str] = field(default_factory=set)
    """Screens of these industries have no stock and count none; `*`: of all."""
    empty_pages: bool = False
    """Pages of a screen after the first have no quote."""
    quote_share: float = 1.0
    """Share of the quotes that a page of a screen keeps, and an answer about some symbols; the
    total of the screen stays."""
    total_share: float = 1.0
    """Share of the stocks that a screen has and counts."""
    null_symbols: bool = False
    """Quotes have no symbol."""
    unknown_profiles: bool = False
    """No symbol is known."""
    empty_profiles: bool = False
    """Every symbol is known, and has no sector."""
    page_404: bool = False
    """Profiles are answered with HTTP 404 and a web page."""
    renamed: dict[str, str] = field(default_factory=dict)
    """New names of industries, in screens and profiles. Those with one new name are merged."""
    unrestricted: bool = False
    """Screens have the stocks of all industries."""
    answers: dict[str, Response] = field(default_factory=dict)
    """Responses in place of the right ones, by what is asked: `cookie`, `crumb`, `screener`,
    `summary`, `screen <industry>` (by the industry in any spelling), `profile <symbol>`."""
    seed: int = 1
    _recent: deque[float] = field(default_factory=deque, repr=False)
    """When the requests of the last second arrived, in monotonic seconds."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def response_to(self, number: int) -> Response | None:
        """Returns the faulty response to the request of this number, or None if it meets no
        fault. Blocks for the latency."""
        time.sleep(self.latency_s)
        if self.dead or (self.dead_after is not None and number > self.dead_after):
            return Response(503, b"down\n")
        if self.html:
            return WEB_PAGE
        if self.always_429 or number in self.storm_429 or self._too_fast():
            return self._slow_down()
        rng = random.Random(f"{self.seed} {number}")  # noqa: S311  not for cryptography
        if rng.random() < self.error_share:
            return Response(rng.choice((500, 502, 503, 504)), b"out of order\n")
        return None

    def answer_to(self, route: str, path: str, body: str) -> Response | None:
        """Returns the response in place of the right one to a question, or None.

        `body` is what a screen was asked with.
        """
        words = body.replace("\N{EM DASH}", " - ")
        for asked, response in self.answers.items():
            what, _, subject = asked.partition(" ")
            is_profile = what == "profile" and path.endswith(f"/{subject}")
            is_screen = what == "screen" and f'"{subject}"' in words
            if route == asked or is_profile or is_screen:
                return response
        return None

    def cuts(self, number: int) -> bool:
        """Whether the response to this request is truncated."""
        return random.Random(f"cut {self.seed} {number}").random() < self.cut_share  # noqa: S311

    def drifts(self, number: int) -> bool:
        """Whether the screener page that this request gets lacks a quote."""
        return random.Random(f"drift {self.seed} {number}").random() < self.drift_share  # noqa: S311

    def screen(self, industry: str, stocks: Sequence[T]) -> Sequence[T]:
        """Returns the stocks that the screen of an industry has, of those that are in it."""
        if "*" in self.empty_industries or industry in self.empty_industries:
            return ()
        return stocks[: ceil(len(stocks) * self.total_share)]

    def page(self, offset: int, quotes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Returns the quotes that a page of a screen has."""
        if self.empty_pages and offset:
            return []
        kept = quotes[: ceil(len(quotes) * self.quote_share)]
        return [quote | {"symbol": None} for quote in kept] if self.null_symbols else kept

    def _slow_down(self) -> Response:
        wait = self.retry_after_s
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return Response(429, b"Too Many Requests\n", headers=headers)

    def _too_fast(self) -> bool:
        if self.rate_limit is None:
            return False
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            self._recent.append(now)
            return len(self._recent) > self.rate_limit
