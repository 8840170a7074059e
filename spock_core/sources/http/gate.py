"""The gate that every HTTP request to a provider passes.

It keeps to the addresses that the provider states, waits for the rate limiter, checks the circuit
breaker, bounds the time and the size of the response, turns it into a result or an error, and
notifies observers of the request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from spock_core.domain.errors import ProviderError, TransientError, UnknownSymbol
from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.sources.http.addresses import Addresses, origin_of
from spock_core.sources.http.body import TooLarge
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.transport import Limits

MAX_PAUSE_S = 30.0
"""Longest pause after HTTP 429 without a `Retry-After` header."""
MAX_RETRY_AFTER_S = 300.0
"""Longest pause that a `Retry-After` header can ask for."""


class Response(Protocol):
    """The part of a response that the gate reads."""

    @property
    def status_code(self) -> int:
        """The HTTP status code."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; their names are case-insensitive."""

    @property
    def is_redirect(self) -> bool:
        """Whether it names another address to ask."""


R = TypeVar("R", bound=Response)


def _always(url: str) -> bool:
    return True


def _never(url: str) -> bool:
    return False


@dataclass(frozen=True)
class RequestGate:
    """The gate of one provider, shared by all its sessions and threads."""

    provider: str
    addresses: Addresses
    limits: Limits
    """The bounds of one request."""
    limiter: AdaptiveRateLimiter
    breaker: CircuitBreaker
    notify: Callable[[RequestMade], None]
    """Called with an event for each request."""
    pause_s: float
    """Seconds to pause after HTTP 429; doubles with each 429 in a row."""
    expects: str = "data"
    """What the provider is asked for, with its article, for messages: `an archive`."""
    wants_data: Callable[[str], bool] = _always
    """Whether a URL returns data, so that an HTML page in its place is an outage."""
    knows_symbols: Callable[[str], bool] = _never
    """Whether HTTP 404 from a URL means that the symbol is unknown."""
    stop: Stop = field(default_factory=Stop)

    def exchange(self, url: str, send: Callable[[Limits], R]) -> R:
        """Makes one request as soon as the rate limiter allows it. Returns the response.

        Raises `TransientError` for an outage (no connection, a time-out, a truncated body, HTTP 429
        or 5xx, an HTML page instead of data), `UnknownSymbol` for a 404 that means it, and
        `ProviderError` for a body that is too large. Raises `ProviderError` for an address that the
        provider does not state, `ProviderDown` if the circuit breaker is open and `Stopped` if the
        run was asked to stop; in these cases no request is made.
        """
        if not self.addresses.allow(url):
            raise ProviderError(self._not_stated(url))
        self._check()
        waited = self.limiter.acquire()
        self._check()
        started = time.monotonic()
        outcome = "connection"
        try:
            response = self._send(send)
            outcome = self._check_response(url, response, time.monotonic() - started)
            return response
        except TransientError as error:
            outcome = error.outcome or outcome
            raise
        except UnknownSymbol:
            outcome = "unknown"
            raise
        except ProviderError:
            outcome = "too_large"
            raise
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

    def _send(self, send: Callable[[Limits], R]) -> R:
        try:
            return send(self.limits)
        except TransientError as error:
            self.breaker.record_failure(str(error))
            raise
        except TooLarge:
            reason = f"the server sent {self.expects} larger than {self.limits.max_bytes:,} bytes"
        self.breaker.record_failure(reason)
        raise ProviderError(reason)

    def check_redirect(self, url: str) -> None:
        """Raises `TransientError` for a redirect to an address that the provider does not state."""
        if not self.addresses.allow(url):
            raise self.refuse_redirect(self._not_stated(url))

    def refuse_redirect(self, reason: str) -> TransientError:
        """Records a redirect that is not followed. Returns the error to raise."""
        self.breaker.record_failure(reason)
        return TransientError(reason, outcome="redirect")

    def _not_stated(self, url: str) -> str:
        scheme = url.partition(":")[0][:20]
        where = origin_of(url) or f"a {scheme!a} address"
        return f"redirected to {where[:120]}, which is not an address of {self.provider}"

    def _check(self) -> None:
        self.stop.check()
        self.breaker.check()

    def _check_response(self, url: str, response: Response, seconds: float) -> str:
        """Returns the outcome to count. Raises `TransientError` or `UnknownSymbol`."""
        status = response.status_code
        if status == 429:
            raise self._slow_down(response)
        if status >= 500 or status in (408, 425):
            reason = f"the server answered HTTP {status}"
            self.breaker.record_failure(reason)
            raise TransientError(reason, _retry_after(response), outcome=f"http_{status}")
        if response.is_redirect:
            return f"http_{status}"
        content_type = (response.headers.get("Content-Type") or "").lower()
        if status < 400 and "html" in content_type and self.wants_data(url):
            reason = f"the server sent a web page instead of {self.expects}"
            self.breaker.record_failure(reason)
            raise TransientError(reason, outcome="html")
        if self.wants_data(url):  # the cookie page can work while the API is down
            self.breaker.record_success()
        self.limiter.record_response(seconds)
        if status == 404 and self.knows_symbols(url):
            raise UnknownSymbol("unknown symbol")
        if status == 304:
            return "not_modified"
        if status < 400 or not self.wants_data(url):  # the cookie page sets its cookie with a 404
            return "ok"
        return f"http_{status}"

    def _slow_down(self, response: Response) -> TransientError:
        times = self.breaker.record_throttling()
        retry_after = _retry_after(response)
        if retry_after is not None:
            pause = min(retry_after, MAX_RETRY_AFTER_S)
        else:
            pause = min(self.pause_s * 2.0 ** (times - 1), MAX_PAUSE_S)
        self.limiter.slow_down(pause)
        reason = "the server answered HTTP 429: too many requests"
        return TransientError(reason, retry_after, outcome="http_429")


def _retry_after(response: Response) -> float | None:
    header = response.headers.get("Retry-After") or ""
    return float(header) if header.isascii() and header.isdigit() else None
