"""The gate for requests to the provider of a query source, and what its documents mean."""

from __future__ import annotations

from collections.abc import Callable

from spock_core.domain.events import RequestMade
from spock_core.domain.queries import QuerySource, Site
from spock_core.domain.stop import Stop
from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.judge import Judge
from spock_core.sources.http.lease import Lease
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.transport import Limits


class JsonJudge(Judge):
    """Takes JSON documents alone for answers."""

    def decode(self, url: str, answer: Answer) -> int | None:
        """See `Judge.decode`. Raises `Unreadable` for anything else."""
        _ = answer.document
        return 0


def source_gate(
    source: QuerySource,
    site: Site,
    pause_s: float,
    notify: Callable[[RequestMade], None],
    stop: Stop | None = None,
    breaker: CircuitBreaker | None = None,
    lease: Lease | None = None,
) -> RequestGate:
    """Returns a gate for the addresses of a site.

    `pause_s` is the first pause after HTTP 429, in seconds; `lease` is this process's part of the
    rate that all processes have together.
    """
    stop = stop or Stop()
    provider = source.about.provider
    return RequestGate(
        provider=provider,
        addresses=Addresses([*site.addresses, *([site.base] if site.base else [])]),
        limits=Limits(site.seconds, site.max_bytes),
        limiter=AdaptiveRateLimiter(site.rate, sleep=stop.sleep, lease=lease),
        breaker=breaker or CircuitBreaker(provider),
        notify=notify,
        pause_s=pause_s,
        judge=source.judge() or JsonJudge(),
        stop=stop,
    )
