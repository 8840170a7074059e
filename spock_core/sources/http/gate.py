"""The gate that every HTTP request to a provider passes.

It keeps to the addresses that the provider states, waits for the rate limiter, checks the circuit
breaker, bounds the time and the size of the response, turns it into a result or an error, and
notifies observers of the request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from spock_core.domain.errors import ProviderError, TransientError, UnknownSymbol, Unreadable
from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.sources.http.addresses import Addresses, origin_of
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.body import TooLarge
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.judge import Judge
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.transport import Limits

MAX_PAUSE_S = 30.0
"""Longest pause after HTTP 429 without a `Retry-After` header."""
MAX_RETRY_AFTER_S = 300.0
"""Longest pause that a `Retry-After` header can ask for."""


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
    judge: Judge = field(default_factory=Judge)
    """What the provider's responses mean."""
    stop: Stop = field(default_factory=Stop)

    def exchange(self, url: str, send: Callable[[Limits], Answer]) -> Answer:
        """Makes one request as soon as the rate limiter allows it. Returns the response.

        Raises `TransientError` for an outage (no connection, a time-out, a truncated body, HTTP 429
        or 5xx, a web page instead of data), `Unreadable` for nonsense, `UnknownSymbol` for the
        answer that there is none, and `ProviderError` for a body that is too large. Raises
        `ProviderError` for an address that the provider does not state, `ProviderDown` if the
        circuit breaker is open and `Stopped` if the run was asked to stop; in these cases no
        request is made.
        """
        if not self.addresses.allow(url):
            raise ProviderError(self._not_stated(url))
        self._check()
        waited = self.limiter.acquire()
        self._check()
        started = time.monotonic()
        outcome, dropped = "connection", 0
        try:
            answer = self._send(send)
            outcome, dropped = self._check_answer(url, answer, time.monotonic() - started)
            return answer
        except TransientError as error:
            outcome = error.outcome or outcome
            raise
        except UnknownSymbol:
            outcome = "unknown"
            raise
        except Unreadable:
            outcome = "unreadable"
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
                    dropped=dropped,
                )
            )

    def _send(self, send: Callable[[Limits], Answer]) -> Answer:
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

    def check_end(self, url: str, end: str) -> None:
        """Records a failure if the redirects of a request for data ended at something else."""
        if self.judge.wants_data(url) and not self.judge.wants_data(end):
            where = origin_of(end) or "elsewhere"
            self.breaker.record_failure(f"redirected to {where} instead of {self.expects}")

    def _not_stated(self, url: str) -> str:
        scheme = url.partition(":")[0][:20]
        where = origin_of(url) or f"a {scheme!a} address"
        return f"redirected to {where[:120]}, which is not an address of {self.provider}"

    def _check(self) -> None:
        self.stop.check()
        self.breaker.check()

    def _check_answer(self, url: str, answer: Answer, seconds: float) -> tuple[str, int]:
        """Returns the outcome to count, and how many parts of the answer were dropped.

        Raises `TransientError`, `Unreadable` or `UnknownSymbol`. Only what the judge could decode
        counts as a success for the circuit breaker: the page that sets the cookie can work while
        no question is answered.
        """
        status = answer.status_code
        if answer.is_throttling:
            raise self._slow_down(answer)
        if status >= 500 or status in (408, 425):
            reason = f"the server answered HTTP {status}"
            raise self._fail(TransientError(reason, _retry_after(answer), f"http_{status}"))
        if answer.is_redirect:
            return f"http_{status}", 0
        if not self.judge.wants_data(url):
            return "ok", 0
        if status < 300 and answer.looks_like_a_page:
            reason = f"the server sent {self.judge.page(answer)} instead of {self.expects}"
            raise self._fail(TransientError(reason, outcome="html"))
        dropped: int | None = 0
        try:
            if status < 300 or status == 304:
                dropped = self.judge.decode(url, answer)
            else:
                self.breaker.record_failure(self.judge.refusal(url, answer))
                return f"http_{status}", 0
        except UnknownSymbol:
            self._succeed(seconds)
            raise
        except ProviderError as error:
            raise self._fail(error) from None
        if dropped is not None:
            self._succeed(seconds)
        return "not_modified" if status == 304 else "ok", dropped or 0

    def _succeed(self, seconds: float) -> None:
        self.breaker.record_success()
        self.limiter.record_response(seconds)

    def _fail(self, error: ProviderError) -> ProviderError:
        self.breaker.record_failure(str(error))
        return error

    def _slow_down(self, answer: Answer) -> TransientError:
        times = self.breaker.record_throttling()
        retry_after = _retry_after(answer)
        if retry_after is not None:
            pause = min(retry_after, MAX_RETRY_AFTER_S)
        else:
            pause = min(self.pause_s * 2.0 ** (times - 1), MAX_PAUSE_S)
        self.limiter.slow_down(pause)
        reason = f"the server answered HTTP {answer.status_code}: too many requests"
        return TransientError(reason, retry_after, outcome="http_429")


def _retry_after(answer: Answer) -> float | None:
    header = answer.headers.get("Retry-After") or ""
    return float(header) if header.isascii() and header.isdigit() else None
