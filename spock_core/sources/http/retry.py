"""The retry policy: how often, and after which waits, a failed request is made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from spock_core.domain.errors import TransientError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.sources.http.circuit_breaker import CircuitBreaker

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

MAX_WAIT_S = 300.0
"""Longest single wait."""
MAX_QUESTION_S = 60.0
"""Longest time for the retries of one question, so that a few bad ones do not use up what a
provider may cost."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with jitter. Only outages (`TransientError`) are retried."""

    max_retries: int = 3
    """Further attempts after the first."""
    delay_s: float = 5.0
    """Wait before the first retry; doubles each time, plus up to a quarter of it as jitter."""

    def wait_s(self, attempt: int, retry_after: float | None = None) -> float:
        """Returns the seconds to wait after an attempt, counted from 1, has failed.

        `retry_after` is the shortest wait that the provider asked for, in seconds.
        """
        wait = min(self.delay_s * 2.0 ** min(attempt - 1, 60), MAX_WAIT_S)
        jitter = random.uniform(0, wait / 4)  # noqa: S311  not for cryptography
        return min(max(wait + jitter, retry_after or 0.0), MAX_WAIT_S)


NO_RETRY = RetryPolicy(max_retries=0, delay_s=0)


def call_with_retries(
    function: Callable[[], T],
    provider: str,
    policy: RetryPolicy,
    breaker: CircuitBreaker,
    notify: Callable[[Retry], None],
    stop: Stop,
    region: str | None = None,
) -> T:
    """Calls a function, again for each `TransientError` as the policy allows. Returns its value.

    `notify` is called with an event for each retry, which counts for `region`. After a function
    that failed in spite of its retries, the next ones are called once each until one succeeds.

    Raises the last `TransientError` when the retries are used up, `ProviderDown` where the wait for
    the next would be longer than what is left for the provider, `Stopped` if the run is asked to
    stop while waiting, and any other error of the function at once.
    """

    from tenacity import Retrying, retry_if_exception_type  # a run without requests needs it not

    def failure(state: RetryCallState) -> TransientError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, TransientError)  # noqa: S101  nothing else is retried
        return error

    def wait(state: RetryCallState) -> float:
        error = failure(state)
        if error.outcome == "http_429":  # the rate limiter pauses for as long
            return error.retry_after or 0.0
        return policy.wait_s(state.attempt_number, error.retry_after)

    def used_up(state: RetryCallState) -> bool:
        seconds = breaker.clock() - started + state.upcoming_sleep
        return state.attempt_number > policy.max_retries or seconds > MAX_QUESTION_S

    def before_sleep(state: RetryCallState) -> None:
        reason, seconds = str(failure(state)), state.upcoming_sleep
        breaker.check_wait(seconds)
        notify(Retry(provider, state.attempt_number, seconds, reason, region))

    started = breaker.clock()
    if breaker.tired:
        policy = NO_RETRY
    retrying = Retrying(
        stop=used_up,
        wait=wait,
        retry=retry_if_exception_type(TransientError),
        before_sleep=before_sleep,
        sleep=stop.sleep,
        reraise=True,
    )
    try:
        return retrying(function)
    except TransientError:
        breaker.tired = True
        raise
