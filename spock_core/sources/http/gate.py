"""The gate that every HTTP request to a provider passes.

It waits for the rate limiter, checks the circuit breaker, turns the response into a result or an
error, and notifies observers of the request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from spock_core.domain.errors import TransientError, UnknownSymbol
from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter

MAX_PAUSE_S = 30.0
"""Longest pause after HTTP 429 without a `Retry-After` header."""
MAX_RETRY_AFTER_S = 300.0
"""Longest pause that a `Retry-After` header can ask for."""


class Response(Protocol):
    """The part of a response that the gate reads; requests and curl_cffi both have it."""

    @property
    def status_code(self) -> int:
        """The HTTP status code."""

    @property
    def headers(self) -> Mapping[str, str | None]:
        """The headers; their names are case-insensitive."""


R = TypeVar("R", bound=Response)


@dataclass(frozen=True)
class RequestGate:
    """The gate of one provider, shared by all its sessions and threads."""

    provider: str
    limiter: AdaptiveRateLimiter
    breaker: CircuitBreaker
    notify: Callable[[RequestMade], None]
    """Called with an event for each request."""
    pause_s: float
    """Seconds to pause after HTTP 429; doubles with each 429 in a row."""
    wants_json: Callable[[str], bool]
    """Whether a URL returns data, so that an HTML page in its place is an outage."""
    knows_symbols: Callable[[str], bool]
    """Whether HTTP 404 from a URL means that the symbol is unknown."""
    stop: Stop = field(default_factory=Stop)

    def exchange(self, url: str, send: Callable[[], R]) -> R:
        """Makes one request as soon as the rate limiter allows it. Returns the response.

        Raises `TransientError` for an outage (no connection, a time-out, a truncated body, HTTP 429
        or 5xx, an HTML page instead of data) and `UnknownSymbol` for a 404 that means it. Raises
        `ProviderDown` if the circuit breaker is open and `Stopped` if the run was asked to stop;
        in both cases no request is made.
        """
        self._check()
        waited = self.limiter.acquire()
        self._check()
        started = time.monotonic()
        outcome = "connection"
        try:
            response = send()
            outcome = self._check_response(url, response, time.monotonic() - started)
            return response
        except TransientError as error:
            outcome = error.outcome or outcome
            raise
        except UnknownSymbol:
            outcome = "unknown"
            raise
        except OSError as error:
            reason = type(error).__name__
            self.breaker.record_failure(reason)
            raise TransientError(f"no complete response ({reason})") from error
        finally:
            seconds = time.monotonic() - started
            self.notify(
                RequestMade(
                    self.provider,
                    outcome,
                    seconds,
                    waited_s=waited,
                    rate=self.limiter.rate,
                    ceiling=self.limiter.ceiling,
                    given_up=self.breaker.is_open,
                )
            )

    def _check(self) -> None:
        self.stop.check()
        self.breaker.check()

    def _check_response(self, url: str, response: Response, seconds: float) -> str:
        """Returns the outcome to count. Raises `TransientError` or `UnknownSymbol`."""
        status = response.status_code
        if status == 429:
            raise self._slow_down(response)
        if status >= 500:
            self.breaker.record_failure(f"HTTP {status}")
            raise TransientError(f"HTTP {status}", outcome=f"http_{status}")
        content_type = (response.headers.get("Content-Type") or "").lower()
        if (status < 400 or status == 404) and "html" in content_type and self.wants_json(url):
            self.breaker.record_failure("a web page instead of data")
            raise TransientError("a web page instead of data", outcome="html")
        if self.wants_json(url):  # the cookie page can work while the API is down
            self.breaker.record_success()
        self.limiter.record_response(seconds)
        if status == 404 and self.knows_symbols(url):
            raise UnknownSymbol("unknown symbol")
        if status < 400 or not self.wants_json(url):  # the cookie page sets its cookie with a 404
            return "ok"
        return f"http_{status}"

    def _slow_down(self, response: Response) -> TransientError:
        times = self.breaker.record_throttling()
        retry_after = response.headers.get("Retry-After") or ""
        if retry_after.isascii() and retry_after.isdigit():
            pause = min(float(retry_after), MAX_RETRY_AFTER_S)
        else:
            pause = min(self.pause_s * 2.0 ** (times - 1), MAX_PAUSE_S)
        self.limiter.slow_down(pause)
        return TransientError("HTTP 429: too many requests", outcome="http_429")
