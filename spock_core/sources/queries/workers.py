"""Asks query sources from a worker, which is a thread of the run or another process.

A worker gets a `WorkerConfig`, which can be pickled. All threads of the run's own process share one
client of a provider with one rate limiter. A worker in another process, perhaps on another machine,
finds the sources by their names among what is installed there, opens its own client, and takes the
moments of its requests from the register, so that all workers of all runs keep to one rate.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from spock_core.domain.errors import ProviderError, UsageError
from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.queries import (
    GroupPage,
    GroupQuerySource,
    Provider,
    QuerySource,
    Said,
    Site,
    StockQuerySource,
)
from spock_core.domain.stop import Stop
from spock_core.domain.workers.shared_rate import Rates
from spock_core.domain.workers.task_result import TaskResult
from spock_core.plugins.context import RunContext
from spock_core.sources.http.bounds import Patience
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.common import Common
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.lease import Lease
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.queries.asking import Asking
from spock_core.sources.queries.gate import source_gate
from spock_core.sources.queries.web_service import open_web_service

T = TypeVar("T")

Notify: TypeAlias = Callable[[RequestMade | Retry], None]


class WorkerConfig(NamedTuple):
    """What a worker needs to open a client."""

    key: str
    """Identifies one configuration of one run."""
    provider: str
    groups: str
    """The name of the source that is asked of groups; empty if there is none."""
    singles: str
    """The name of the source that is asked of stocks; empty if there is none."""
    site: Site
    rates: Rates | None
    """Where workers in other processes find what all who ask the provider have in common."""
    max_retries: int
    retry_delay: float
    """Seconds."""
    region: str
    """The region for which retries are counted."""


class _Client(NamedTuple):
    asking: Asking
    events: list[RequestMade | Retry]
    """Events of a process that has no observers; they are sent back with the next result."""


_clients: dict[tuple[str, int], _Client] = {}
"""By the key of a configuration and the process: a forked process inherits the clients of its
parent and must not use them."""
_lock = threading.Lock()


def asking_of(run: RunContext, provider: Provider, region: str) -> Asking:
    """Returns questions over the one client of a provider that all threads of the run's process
    share.

    The first call opens the client; it is closed when the run ends. Retries are counted for
    `region`.
    """
    config = _config(run, provider, region)

    def opened() -> _Open:
        patience = run.shared("patience", Patience)
        rates, common = run.rates, None
        if rates is not None:
            shared = run.opened(f"rate of {provider.name}", lambda: rates.open(provider.name))
            common = Common(shared)
        breaker = CircuitBreaker(
            provider.name, patience=patience, rest=run.rests.get(provider.name), common=common
        )
        lease = Lease(common, alone=True) if common is not None else None
        return _Open(provider.any, config, breaker, lease, run.notify, run.stop, run.settings)

    client, gate = run.opened(f"client of {provider.name}", opened)
    return _asking(provider, client, gate, config, run.notify, run.stop)


@contextlib.contextmanager
def open_worker_config(run: RunContext, provider: Provider, region: str) -> Iterator[WorkerConfig]:
    """Yields a configuration for workers. Threads use the run's own client."""
    config = _config(run, provider, region)
    key = config.key, os.getpid()
    _clients[key] = _Client(asking_of(run, provider, region), [])
    try:
        yield config
    finally:
        _clients.pop(key, None)


def ask_group(config: WorkerConfig, group: str, venues: tuple[str, ...]) -> TaskResult[GroupPage]:
    """Returns all stocks of a group at these venues, or the error."""
    return _result(config, lambda asking: asking.group(group, venues))


def ask_present(config: WorkerConfig, symbols: tuple[str, ...]) -> TaskResult[frozenset[str]]:
    """Returns which of these symbols the provider knows, or the error."""
    return _result(config, lambda asking: asking.present(symbols))


def ask_stocks(config: WorkerConfig, symbols: tuple[str, ...]) -> TaskResult[Mapping[str, Said]]:
    """Returns what is said of these symbols, or the error."""
    return _result(config, lambda asking: asking.stocks(symbols))


def _result(config: WorkerConfig, query: Callable[[Asking], T]) -> TaskResult[T]:
    client = _client(config)
    result = TaskResult.of(lambda: query(client.asking))
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
                raise UsageError(f"{config.provider}: another process knows nothing of its rate")
            provider = _installed(config)
            common = Common(config.rates.open(config.provider).__enter__())
            breaker = CircuitBreaker(config.provider, common=common)
            lease = Lease(common, alone=False)
            opened = _Open(provider.any, config, breaker, lease, events.append, Stop())
            client, gate = opened.__enter__()
            asking = _asking(provider, client, gate, config, events.append, Stop())
            _clients[key] = _Client(asking, events)
        return _clients[key]


def _installed(config: WorkerConfig) -> Provider:
    """Finds the sources of a configuration in another process. Raises `ProviderError` if they are
    not installed there."""
    from spock_core.plugins.contributions import sources_of
    from spock_core.plugins.loader import load_plugins

    sources = sources_of(load_plugins())
    groups, singles = sources.get(config.groups), sources.get(config.singles)
    for name, source, kind in (
        (config.groups, groups, GroupQuerySource),
        (config.singles, singles, StockQuerySource),
    ):
        if name and not isinstance(source, kind):
            raise ProviderError(f"source {name} is not installed where the worker runs")
    return Provider(
        config.provider,
        groups if isinstance(groups, GroupQuerySource) else None,
        singles if isinstance(singles, StockQuerySource) else None,
    )


def _config(run: RunContext, provider: Provider, region: str) -> WorkerConfig:
    settings = run.settings
    return WorkerConfig(
        key=uuid.uuid4().hex,
        provider=provider.name,
        groups=provider.groups_name,
        singles=provider.singles_name,
        site=provider.any.site(settings),
        rates=run.rates,
        max_retries=settings.max_retries,
        retry_delay=settings.retry_delay,
        region=region,
    )


class _Open(contextlib.AbstractContextManager[tuple[Any, RequestGate]]):
    """The client of a provider with its gate, while it is open."""

    def __init__(
        self,
        source: QuerySource,
        config: WorkerConfig,
        breaker: CircuitBreaker,
        lease: Lease | None,
        notify: Notify,
        stop: Stop,
        settings: Any = None,
    ) -> None:
        site = config.site
        pause_s = config.retry_delay
        self._gate = source_gate(source, site, pause_s, notify, stop, breaker, lease)
        own = source.open(self._gate, site, settings)
        self._client = own if own is not None else open_web_service(self._gate, site, settings)

    def __enter__(self) -> tuple[Any, RequestGate]:
        return self._client.__enter__(), self._gate

    def __exit__(self, *error: Any) -> bool | None:
        return self._client.__exit__(*error)


def _asking(
    provider: Provider,
    client: Any,
    gate: RequestGate,
    config: WorkerConfig,
    notify: Notify,
    stop: Stop,
) -> Asking:
    policy = RetryPolicy(config.max_retries, config.retry_delay)
    return Asking(provider, client, gate.breaker, policy, notify, stop, config.region)
