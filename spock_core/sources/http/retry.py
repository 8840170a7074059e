"""How often and how soon a provider is asked again."""

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

LONGEST_WAIT_S = 300.0
"""No single wait is longer, whatever a provider asks for."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Outages are asked again; everything else is an answer and is not."""

    max_retries: int = 3
    """Further tries after the first."""
    delay_s: float = 5.0
    """Wait before the first retry; doubles each time, plus up to a quarter of itself at random."""

    def wait_s(self, attempt: int, retry_after: float | None = None) -> float:
        """Seconds to wait after the given attempt, counted from 1, has failed."""
        wait = self.delay_s * 2.0 ** (attempt - 1)
        jitter = random.uniform(0, wait / 4)  # noqa: S311  spreads load, guards nothing
        return min(max(wait + jitter, retry_after or 0.0), LONGEST_WAIT_S)


NO_RETRY = RetryPolicy(max_retries=0, delay_s=0)


def ask(
    question: Callable[[], T],
    provider: str,
    policy: RetryPolicy,
    notify: Callable[[Retry], None],
    stop: Stop,
    region: str | None = None,
) -> T:
    """Returns the answer to a question, asked again under the policy while an outage prevents it.

    `notify` gets an event for each retry, which counts for `region`.

    Raises the last `TransientError` when the retries are used up, `Stopped` when the run was asked
    to stop meanwhile, and any other error at once.
    """

    def failure(state: RetryCallState) -> TransientError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, TransientError)  # noqa: S101  tenacity retries nothing else
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
    return retrying(question)
