"""The gate for requests to Yahoo: its addresses, the bounds of a request, what its URLs return."""

from __future__ import annotations

from collections.abc import Callable

from spock_core.domain.events import RequestMade
from spock_core.domain.stop import Stop
from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.lease import Lease
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.transport import Limits
from spock_core.sources.yahoo.judge import YahooJudge

PROVIDER = "yahoo"
HOSTS = "https://*.yahoo.com"
"""Yahoo's addresses: data, cookies and consent have hosts of their own under one domain."""
LIMITS = Limits(seconds=30.0, max_bytes=8 * 1024 * 1024)
"""A page of 250 stocks has about 0.7 MB."""


def yahoo_gate(
    base: str | None,
    rate: float,
    pause_s: float,
    notify: Callable[[RequestMade], None],
    stop: Stop | None = None,
    breaker: CircuitBreaker | None = None,
    lease: Lease | None = None,
) -> RequestGate:
    """Returns a gate for Yahoo's hosts, and for the base address that takes their place if given.

    `rate` is in requests a second; `pause_s` is the first pause after HTTP 429; `lease` is this
    process's part of the rate that all processes have together.
    """
    stop = stop or Stop()
    return RequestGate(
        provider=PROVIDER,
        addresses=Addresses([HOSTS, base] if base else [HOSTS]),
        limits=LIMITS,
        limiter=AdaptiveRateLimiter(rate, sleep=stop.sleep, lease=lease),
        breaker=breaker or CircuitBreaker(PROVIDER),
        notify=notify,
        pause_s=pause_s,
        judge=YahooJudge(),
        stop=stop,
    )
