"""The gate that every HTTP request to a provider passes.

It keeps to the addresses that the provider states, waits for the rate limiter, checks the circuit
breaker, bounds the time and the size of the response, turns it into a result or an error, and
notifies observers of the request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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

MIN_DEADLINE_S = 0.1
"""Shortest time for a request, where its provider has just been given up."""


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
    """Seconds to pause after the first HTTP 429; see `CircuitBreaker.record_throttling`."""
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
        self.stop.check()
        self.breaker.check_wait(self.limiter.delay_s)
        waited = self.limiter.acquire()
        self.stop.check()
        seconds_left = self.breaker.begin()
        started = self.breaker.clock()
        outcome, dropped = "connection", 0
        try:
            answer = self._send(send, min(self.limits.seconds, seconds_left), started)
            outcome, dropped = self._check_answer(url, answer, self.breaker.clock() - started)
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
            self.breaker.end()
            seconds = self.breaker.clock() - started
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
                    ask_again_s=self.breaker.ask_again_s,
                )
            )

    def _send(self, send: Callable[[Limits], Answer], seconds: float, started: float) -> Answer:
        try:
            return send(self.limits._replace(seconds=max(seconds, MIN_DEADLINE_S)))
        except TransientError as error:
            raise self._fail(error, self.breaker.clock() - started) from None
        except TooLarge:
            reason = f"the server sent {self.expects} larger than {self.limits.max_bytes:,} bytes"
        raise self._fail(ProviderError(reason), self.breaker.clock() - started)

    def check_redirect(self, url: str) -> None:
        """Raises `TransientError` for a redirect to an address that the provider does not state."""
        if not self.addresses.allow(url):
            raise self.refuse_redirect(self._not_stated(url))

    def refuse_redirect(self, reason: str) -> TransientError:
        """Records a redirect that is not followed. Returns the error to raise."""
        self.breaker.record_failure(reason, 0.0)
        return TransientError(reason, outcome="redirect")

    def check_end(self, url: str, end: str) -> None:
        """Records a failure if the redirects of a request for data ended at something else."""
        if self.judge.wants_data(url) and not self.judge.wants_data(end):
            where = origin_of(end) or "elsewhere"
            reason = f"redirected to {where} instead of {self.expects}"
            self.breaker.record_failure(reason, 0.0)

    def _not_stated(self, url: str) -> str:
        scheme = url.partition(":")[0][:20]
        where = origin_of(url) or f"a {scheme!a} address"
        return f"redirected to {where[:120]}, which is not an address of {self.provider}"

    def _check_answer(self, url: str, answer: Answer, seconds: float) -> tuple[str, int]:
        """Returns the outcome to count, and how many parts of the answer were dropped.

        Raises `TransientError`, `Unreadable` or `UnknownSymbol`. Only what the judge could decode
        counts as a success for the circuit breaker: the page that sets the cookie can work while
        no question is answered.
        """
        status = answer.status_code
        if self.judge.is_throttling(answer):
            raise self._slow_down(answer, seconds)
        if status >= 500 or status in (408, 425):
            reason = f"the server answered HTTP {status}"
            retry_after = retry_after_s(answer.headers.get("Retry-After"))
            raise self._fail(TransientError(reason, retry_after, f"http_{status}"), seconds)
        if answer.is_redirect:
            return f"http_{status}", 0
        if not self.judge.wants_data(url):
            return "ok", 0
        if status < 300 and answer.looks_like_a_page:
            reason = f"the server sent {self.judge.page(answer)} instead of {self.expects}"
            raise self._fail(TransientError(reason, outcome="html"), seconds)
        dropped: int | None = 0
        try:
            if status < 300 or status == 304:
                dropped = self.judge.decode(url, answer)
            else:
                self.breaker.record_failure(self.judge.refusal(url, answer), seconds)
                return f"http_{status}", 0
        except UnknownSymbol:
            self._succeed(seconds)
            raise
        except ProviderError as error:
            raise self._fail(error, seconds) from None
        if dropped is not None:
            self._succeed(seconds)
        return "not_modified" if status == 304 else "ok", dropped or 0

    def _succeed(self, seconds: float) -> None:
        self.breaker.record_answer()
        self.limiter.record_response(seconds)

    def _fail(self, error: ProviderError, seconds: float) -> ProviderError:
        self.breaker.record_failure(str(error), seconds)
        if self.breaker.tired:
            self.limiter.pause(self.breaker.spread_s(self.pause_s))
        return error

    def _slow_down(self, answer: Answer, seconds: float) -> TransientError:
        reason = f"the server answered HTTP {answer.status_code}: too many requests"
        retry_after = retry_after_s(answer.headers.get("Retry-After"))
        pause = self.breaker.record_throttling(reason, seconds, self.pause_s, retry_after)
        self.limiter.slow_down(pause)
        return TransientError(reason, self.limiter.delay_s, outcome="http_429")


LONGEST_WAIT_S = 366 * 86_400.0
"""A wait that a header names in more digits is not longer."""


def retry_after_s(header: str | None) -> float | None:
    """Returns the seconds that a `Retry-After` header names, as a number or as a date (RFC 9110,
    section 10.2.3). None if there is none that can be read."""
    value = (header or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT_S)
    moment = http_date(value)
    if moment is None:
        return None
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def http_date(text: str) -> datetime | None:
    """Returns the moment that a header names (RFC 9110, section 5.6.7). None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
