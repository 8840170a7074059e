"""The retry policy: how often, and after which waits, a failed request is made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from spock_core.domain.errors import TransientError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop

T = TypeVar("T")

MAX_WAIT_S = 300.0
"""Longest single wait, even where a provider's `Retry-After` is longer."""


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
        wait = self.delay_s * 2.0 ** (attempt - 1)
        jitter = random.uniform(0, wait / 4)  # noqa: S311  not for cryptography
        return min(max(wait + jitter, retry_after or 0.0), MAX_WAIT_S)


NO_RETRY = RetryPolicy(max_retries=0, delay_s=0)


def call_with_retries(
    function: Callable[[], T],
    provider: str,
    policy: RetryPolicy,
    notify: Callable[[Retry], None],
    stop: Stop,
    region: str | None = None,
) -> T:
    """Calls a function, again for each `TransientError` as the policy allows. Returns its value.

    `notify` is called with an event for each retry, which counts for `region`.

    Raises the last `TransientError` when the retries are used up, `Stopped` if the run is asked to
    stop while waiting, and any other error of the function at once.
    """

    def failure(state: RetryCallState) -> TransientError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, TransientError)  # noqa: S101  nothing else is retried
        return error

    def wait(state: RetryCallState) -> float:
        return policy.wait_s(state.attempt_number, failure(state).retry_after)

    def before_sleep(state: RetryCallState) -> None:
        reason = str(failure(state))
        notify(Retry(provider, state.attempt_number, state.upcoming_sleep, reason, region))

    retrying = Retrying(
        stop=stop_after_attempt(policy.max_retries + 1),
        wait=wait,
        retry=retry_if_exception_type(TransientError),
        before_sleep=before_sleep,
        sleep=stop.sleep,
        reraise=True,
    )
    return retrying(function)
