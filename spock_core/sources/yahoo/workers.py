"""Asks Yahoo from wherever a worker runs: a thread of this process, or another machine.

What a worker is given is plain and can be sent there. In the run's own process all workers share
one client with one budget, whether they read lists or ask about stocks; a worker elsewhere makes
its own, with a worker's share of the budget, so that all of them together stay within it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from spock_core.domain.errors import SpockError
from spock_core.domain.stop import Stop
from spock_core.plugins.context import RunContext, Tell
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.yahoo.client import PROVIDER, Profile, Yahoo, knows_symbols, wants_json
from spock_core.sources.yahoo.queries import Listed, YahooQueries

T = TypeVar("T")


class WorkerConfig(NamedTuple):
    """What a worker must know to ask Yahoo, wherever it runs."""

    key: str
    """Of the run."""
    base: str | None
    rate: float
    """Wire requests a second that a worker in another process may make."""
    max_retries: int
    retry_delay: float


class Reply(NamedTuple, Generic[T]):
    """What a worker brings back."""

    value: T | None
    error: SpockError | None
    """Why there is no value."""
    events: tuple[tuple[str, dict[str, Any]], ...] = ()
    """What observers should hear, where the worker could not tell them itself."""


class _Client(NamedTuple):
    key: tuple[str, int]
    """Of the run, and of the process: a forked worker inherits a client, and must not use it."""
    questions: YahooQueries
    events: list[tuple[str, dict[str, Any]]]
    """What happened in a process where nobody listens."""


_clients: dict[tuple[str, int], _Client] = {}
_lock = threading.Lock()


def queries_of(run: RunContext, tell: Tell) -> YahooQueries:
    """What can be asked in the run's own process, over the one client that all share.

    It is opened at the first need, and closed when the run ends. Retries are told to `tell`.
    """
    yahoo = run.opened(
        "yahoo", lambda: _yahoo(_access(run), run.settings.yahoo_rate, tell, run.stop)
    )
    return _questions(yahoo, _access(run), tell, run.stop)


@contextlib.contextmanager
def open_worker_config(run: RunContext, tell: Tell, workers: int) -> Iterator[WorkerConfig]:
    """Access to Yahoo for so many workers, with the run's client for the threads among them."""
    access = _access(run, workers)
    key = access.key, os.getpid()
    _clients[key] = _Client(key, queries_of(run, tell), [])
    try:
        yield access
    finally:
        del _clients[key]


def ask_screen(access: WorkerConfig, industry: str, exchanges: tuple[str, ...]) -> Reply[Listed]:
    """All stocks of an industry on these exchanges."""
    return _reply(access, lambda questions: questions.screen(industry, exchanges))


def ask_profile(access: WorkerConfig, symbol: str) -> Reply[Profile]:
    """What Yahoo says of one stock."""
    return _reply(access, lambda questions: questions.profile(symbol))


def _reply(access: WorkerConfig, question: Callable[[YahooQueries], T]) -> Reply[T]:
    client = _client(access)
    try:
        value, error = question(client.questions), None
    except SpockError as failure:
        value, error = None, failure
    events = tuple(client.events)
    del client.events[: len(events)]
    return Reply(value, error, events)


def _client(access: WorkerConfig) -> _Client:
    """The run's own client where this is its process; else one of this process's own."""
    key = access.key, os.getpid()
    with _lock:
        if key not in _clients:
            _clients.clear()  # of runs that this process worked for before
            events: list[tuple[str, dict[str, Any]]] = []

            def keep(hook: str, values: dict[str, Any]) -> None:
                events.append((hook, values))

            yahoo = _yahoo(access, access.rate, keep, Stop()).__enter__()
            _clients[key] = _Client(key, _questions(yahoo, access, keep, Stop()), events)
        return _clients[key]


def _access(run: RunContext, workers: int = 1) -> WorkerConfig:
    settings = run.settings
    return WorkerConfig(
        key=uuid.uuid4().hex,
        base=settings.yahoo_url,
        rate=settings.yahoo_rate / workers,
        max_retries=settings.max_retries,
        retry_delay=settings.retry_delay,
    )


def _yahoo(access: WorkerConfig, rate: float, tell: Tell, stop: Stop) -> Yahoo:
    wire = RequestGate(
        provider=PROVIDER,
        budget=AdaptiveRateLimiter(rate, sleep=stop.sleep),
        breaker=CircuitBreaker(PROVIDER),
        on_request=lambda event: tell("spock_request_made", {"event": event}),
        pause_s=access.retry_delay,
        wants_json=wants_json,
        knows_symbols=knows_symbols,
        stop=stop,
    )
    return Yahoo(wire, access.base)


def _questions(yahoo: Yahoo, access: WorkerConfig, tell: Tell, stop: Stop) -> YahooQueries:
    return YahooQueries(yahoo, RetryPolicy(access.max_retries, access.retry_delay), tell, stop)
