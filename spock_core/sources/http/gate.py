"""Every HTTP request to a provider passes this gate: it is rate-limited, counted and judged."""

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

LONGEST_PAUSE_S = 30.0
"""After "too many requests", where the provider names no time of its own."""
LONGEST_RETRY_AFTER_S = 300.0


class Response(Protocol):
    """What Spock needs of a response, of whichever HTTP library."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str | None]:
        """The headers, whatever their case."""


R = TypeVar("R", bound=Response)


@dataclass(frozen=True)
class RequestGate:
    """The gate before a provider, shared by all its sessions and workers."""

    provider: str
    limiter: AdaptiveRateLimiter
    breaker: CircuitBreaker
    notify: Callable[[RequestMade], None]
    """Gets an event for each request."""
    pause_s: float
    """Seconds of the first pause after "too many requests"; doubles with each one in a row."""
    wants_json: Callable[[str], bool]
    """Whether a URL's answer is data, so that a web page in its place is an outage."""
    knows_symbols: Callable[[str], bool]
    """Whether a 404 from a URL means an unknown symbol."""
    stop: Stop = field(default_factory=Stop)

    def exchange(self, url: str, send: Callable[[], R]) -> R:
        """Makes one request as soon as the rate limiter allows it.

        Raises `TransientError` for everything that is no answer (no connection, a time-out, a cut
        body, 429, 5xx, a web page instead of data), `UnknownSymbol` for a 404 that is one, and
        without asking `ProviderDown` when the circuit breaker is open and `Stopped` when the run
        was asked to stop.
        """
        self._check()
        waited = self.limiter.acquire()
        self._check()
        started = time.monotonic()
        outcome = "connection"
        try:
            response = send()
            outcome = self._judge(url, response, time.monotonic() - started)
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
            raise TransientError(f"no whole answer ({reason})") from error
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

    def _judge(self, url: str, response: Response, seconds: float) -> str:
        status = response.status_code
        if status == 429:
            raise self._slow_down(response)
        if status >= 500:
            self.breaker.record_failure(f"HTTP {status}")
            raise TransientError(f"HTTP {status}", outcome=f"http_{status}")
        kind = (response.headers.get("Content-Type") or "").lower()
        if status < 400 and "html" in kind and self.wants_json(url):
            self.breaker.record_failure("a web page instead of data")
            raise TransientError("a web page instead of data", outcome="html")
        if self.wants_json(url):  # a cookie page that works says nothing of the data behind it
            self.breaker.record_success()
        self.limiter.record_answer(seconds)
        if status == 404 and self.knows_symbols(url):
            raise UnknownSymbol("unknown symbol")
        if status < 400 or not self.wants_json(url):  # the cookie page answers 404, with a cookie
            return "ok"
        return f"http_{status}"

    def _slow_down(self, response: Response) -> TransientError:
        times = self.breaker.record_throttling()
        wait = response.headers.get("Retry-After") or ""
        if wait.isascii() and wait.isdigit():
            pause = min(float(wait), LONGEST_RETRY_AFTER_S)
        else:
            pause = min(self.pause_s * 2.0 ** (times - 1), LONGEST_PAUSE_S)
        self.limiter.slow_down(pause)
        return TransientError("HTTP 429: too many requests", outcome="http_429")
