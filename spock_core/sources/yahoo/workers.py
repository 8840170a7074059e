"""Asks Yahoo from wherever a worker runs: a thread of this process, or another machine.

What a worker is given is plain and can be sent there. In the run's own process all workers share
one client with one rate limiter, whether they read lists or ask about stocks; a worker elsewhere
makes its own, with a worker's share of the rate, so that all of them together stay within it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias, TypeVar

from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.stop import Stop
from spock_core.domain.task_result import TaskResult
from spock_core.plugins.context import RunContext
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.yahoo.client import (
    PROVIDER,
    Profile,
    ScreenResult,
    Yahoo,
    knows_symbols,
    wants_json,
)
from spock_core.sources.yahoo.queries import YahooQueries

T = TypeVar("T")

Notify: TypeAlias = Callable[[RequestMade | Retry], None]


class WorkerConfig(NamedTuple):
    """What a worker must know to ask Yahoo, wherever it runs."""

    key: str
    """Of the run."""
    base: str | None
    rate: float
    """Wire requests a second that a worker in another process may make."""
    max_retries: int
    retry_delay: float
    """Seconds."""
    region: str
    """The region for which retries count."""


class _Client(NamedTuple):
    key: tuple[str, int]
    """Of the run, and of the process: a forked worker inherits a client, and must not use it."""
    queries: YahooQueries
    events: list[RequestMade | Retry]
    """What happened in a process where nobody can be notified."""


_clients: dict[tuple[str, int], _Client] = {}
_lock = threading.Lock()


def queries_of(run: RunContext, region: str) -> YahooQueries:
    """What can be asked in the run's own process, over the one client that all threads share.

    The client is opened at the first need, and closed when the run ends. Retries count for
    `region`.
    """
    config = _config(run, region)
    yahoo = run.opened(
        "yahoo", lambda: _yahoo(config, run.settings.yahoo_rate, run.notify, run.stop)
    )
    return _queries(yahoo, config, run.notify, run.stop)


@contextlib.contextmanager
def open_worker_config(run: RunContext, region: str, workers: int) -> Iterator[WorkerConfig]:
    """Lets this many workers ask Yahoo; those that are threads use the run's own client."""
    config = _config(run, region, workers)
    key = config.key, os.getpid()
    _clients[key] = _Client(key, queries_of(run, region), [])
    try:
        yield config
    finally:
        del _clients[key]


def ask_screen(
    config: WorkerConfig, industry: str, exchanges: tuple[str, ...]
) -> TaskResult[ScreenResult]:
    """All stocks of an industry on these exchanges."""
    return _result(config, lambda queries: queries.screen(industry, exchanges))


def ask_profile(config: WorkerConfig, symbol: str) -> TaskResult[Profile]:
    """What Yahoo says of one stock."""
    return _result(config, lambda queries: queries.profile(symbol))


def _result(config: WorkerConfig, question: Callable[[YahooQueries], T]) -> TaskResult[T]:
    client = _client(config)
    result = TaskResult.of(lambda: question(client.queries))
    events = tuple(client.events)
    del client.events[: len(events)]
    return result._replace(events=events)


def _client(config: WorkerConfig) -> _Client:
    """The run's own client where this is its process; else one of this process's own."""
    key = config.key, os.getpid()
    with _lock:
        if key not in _clients:
            _clients.clear()  # of runs that this process worked for before
            events: list[RequestMade | Retry] = []
            yahoo = _yahoo(config, config.rate, events.append, Stop()).__enter__()
            queries = _queries(yahoo, config, events.append, Stop())
            _clients[key] = _Client(key, queries, events)
        return _clients[key]


def _config(run: RunContext, region: str, workers: int = 1) -> WorkerConfig:
    settings = run.settings
    return WorkerConfig(
        key=uuid.uuid4().hex,
        base=settings.yahoo_url,
        rate=settings.yahoo_rate / workers,
        max_retries=settings.max_retries,
        retry_delay=settings.retry_delay,
        region=region,
    )


def _yahoo(config: WorkerConfig, rate: float, notify: Notify, stop: Stop) -> Yahoo:
    gate = RequestGate(
        provider=PROVIDER,
        limiter=AdaptiveRateLimiter(rate, sleep=stop.sleep),
        breaker=CircuitBreaker(PROVIDER),
        notify=notify,
        pause_s=config.retry_delay,
        wants_json=wants_json,
        knows_symbols=knows_symbols,
        stop=stop,
    )
    return Yahoo(gate, config.base)


def _queries(yahoo: Yahoo, config: WorkerConfig, notify: Notify, stop: Stop) -> YahooQueries:
    policy = RetryPolicy(config.max_retries, config.retry_delay)
    return YahooQueries(yahoo, policy, notify, stop, config.region)
