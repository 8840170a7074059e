"""Makes queries to Yahoo from a worker, which is a thread of the run or another process.

A worker gets a `WorkerConfig`, which can be pickled. All threads of the run's own process share one
client with one rate limiter. A worker in another process, perhaps on another machine, opens its own
client, and takes the moments of its requests from the register, so that all workers of all runs
together keep to `--yahoo-rate`.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias, TypeVar

from spock_core.domain.errors import UsageError
from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.stop import Stop
from spock_core.domain.task_result import TaskResult
from spock_core.domain.workers.shared_rate import Rates
from spock_core.plugins.context import RunContext
from spock_core.sources.http.bounds import Patience
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.common import Common
from spock_core.sources.http.lease import Lease
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.yahoo.answers import Profile, Quotes, ScreenResult
from spock_core.sources.yahoo.client import Yahoo
from spock_core.sources.yahoo.gate import PROVIDER, yahoo_gate
from spock_core.sources.yahoo.queries import YahooQueries

T = TypeVar("T")

Notify: TypeAlias = Callable[[RequestMade | Retry], None]


class WorkerConfig(NamedTuple):
    """What a worker needs to open a client."""

    key: str
    """Identifies one configuration of one run."""
    base: str | None
    """Base address in place of Yahoo's hosts."""
    rate: float
    """HTTP requests a second that all workers may make together."""
    rates: Rates | None
    """Where workers in other processes find what they have in common."""
    max_retries: int
    retry_delay: float
    """Seconds."""
    region: str
    """The region for which retries are counted."""


class _Client(NamedTuple):
    queries: YahooQueries
    events: list[RequestMade | Retry]
    """Events of a process that has no observers; they are sent back with the next result."""


_clients: dict[tuple[str, int], _Client] = {}
"""By the key of a configuration and the process: a forked process inherits the clients of its
parent and must not use them."""
_lock = threading.Lock()


def queries_of(run: RunContext, region: str) -> YahooQueries:
    """Returns queries over the one client that all threads of the run's process share.

    The first call opens the client; it is closed when the run ends. Retries are counted for
    `region`.
    """
    config = _config(run, region)

    def opened() -> Yahoo:
        patience = run.shared("patience", Patience)
        common = None
        if run.rates is not None:
            rates = run.rates
            common = Common(run.opened("yahoo's rate", lambda: rates.open(PROVIDER)))
        breaker = CircuitBreaker(
            PROVIDER, patience=patience, rest=run.rests.get(PROVIDER), common=common
        )
        lease = Lease(common, alone=True) if common is not None else None
        return _yahoo(config, breaker, lease, run.notify, run.stop)

    yahoo = run.opened("yahoo", opened)
    return _queries(yahoo, config, run.notify, run.stop)


@contextlib.contextmanager
def open_worker_config(run: RunContext, region: str) -> Iterator[WorkerConfig]:
    """Yields a configuration for workers. Threads use the run's own client."""
    config = _config(run, region)
    key = config.key, os.getpid()
    _clients[key] = _Client(queries_of(run, region), [])
    try:
        yield config
    finally:
        del _clients[key]


def ask_screen(
    config: WorkerConfig, industry: str, exchanges: tuple[str, ...]
) -> TaskResult[ScreenResult]:
    """Returns all stocks of an industry on these exchanges, or the error."""
    return _result(config, lambda queries: queries.screen(industry, exchanges))


def ask_quotes(config: WorkerConfig, symbols: tuple[str, ...]) -> TaskResult[Quotes]:
    """Returns which of these symbols Yahoo knows as stocks, or the error."""
    return _result(config, lambda queries: queries.quotes(symbols))


def ask_profile(config: WorkerConfig, symbol: str) -> TaskResult[Profile]:
    """Returns the profile of one stock, or the error."""
    return _result(config, lambda queries: queries.profile(symbol))


def _result(config: WorkerConfig, query: Callable[[YahooQueries], T]) -> TaskResult[T]:
    client = _client(config)
    result = TaskResult.of(lambda: query(client.queries))
    events = tuple(client.events)
    del client.events[: len(events)]
    return result._replace(events=events)


def _client(config: WorkerConfig) -> _Client:
    """Returns the run's own client in its process, and opens one in another process."""
    key = config.key, os.getpid()
    with _lock:
        if key not in _clients:
            _clients.clear()  # those of earlier runs and of the parent process
            events: list[RequestMade | Retry] = []
            if config.rates is None:
                raise UsageError("yahoo: another process knows nothing of the run's rate")
            common = Common(config.rates.open(PROVIDER).__enter__())
            breaker = CircuitBreaker(PROVIDER, common=common)
            lease = Lease(common, alone=False)
            yahoo = _yahoo(config, breaker, lease, events.append, Stop()).__enter__()
            queries = _queries(yahoo, config, events.append, Stop())
            _clients[key] = _Client(queries, events)
        return _clients[key]


def _config(run: RunContext, region: str) -> WorkerConfig:
    settings = run.settings
    return WorkerConfig(
        key=uuid.uuid4().hex,
        base=settings.yahoo_url,
        rate=settings.yahoo_rate,
        rates=run.rates,
        max_retries=settings.max_retries,
        retry_delay=settings.retry_delay,
        region=region,
    )


def _yahoo(
    config: WorkerConfig,
    breaker: CircuitBreaker,
    lease: Lease | None,
    notify: Notify,
    stop: Stop,
) -> Yahoo:
    gate = yahoo_gate(config.base, config.rate, config.retry_delay, notify, stop, breaker, lease)
    return Yahoo(gate, config.base)


def _queries(yahoo: Yahoo, config: WorkerConfig, notify: Notify, stop: Stop) -> YahooQueries:
    policy = RetryPolicy(config.max_retries, config.retry_delay)
    return YahooQueries(yahoo, policy, notify, stop, config.region)
