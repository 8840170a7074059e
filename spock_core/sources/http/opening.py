"""Opens a session for one server, with a gate, a rate limiter and a circuit breaker of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.bounds import Bounds, Patience
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.session import GatedSession
from spock_core.sources.http.transport import Limits, PlainTransport

RATE = 200.0
"""Requests a second to one server: more than lists take, and less once it answers HTTP 429."""


def open_session(
    provider: str,
    addresses: Iterable[str],
    limits: Limits,
    *,
    expects: str = "data",
    pause_s: float = 0.0,
    notify: Callable[[RequestMade], None] = lambda _: None,
    stop: Stop | None = None,
    patience: Patience | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008  immutable
) -> GatedSession:
    """Returns a session whose requests and redirects go to these addresses alone.

    `expects` is what the server is asked for, with its article: `an archive`; `pause_s` is the
    first pause after HTTP 429; `patience` is the run's, and `bounds` are the server's.
    """
    stop = stop or Stop()
    gate = RequestGate(
        provider=provider,
        addresses=Addresses(addresses),
        limits=limits,
        limiter=AdaptiveRateLimiter(RATE, sleep=stop.sleep),
        breaker=CircuitBreaker(provider, bounds, patience),
        notify=notify,
        pause_s=pause_s,
        expects=expects,
        stop=stop,
    )
    return GatedSession(gate, PlainTransport())
