"""A gate to Yahoo, or to a sandbox in its place, as a run opens it."""

from __future__ import annotations

from collections.abc import Callable

from spock_core.domain.events import RequestMade
from spock_core.domain.queries import Site
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.queries.gate import source_gate
from spock_core.sources.yahoo.names import HOSTS
from spock_core.sources.yahoo.sources import YahooProfile


def yahoo_gate(
    base: str | None, rate: float, pause_s: float, notify: Callable[[RequestMade], None]
) -> RequestGate:
    """Returns a gate for Yahoo's hosts, and for the base address that takes their place."""
    site = Site(addresses=(HOSTS,), rate=rate, base=base)
    return source_gate(YahooProfile(), site, pause_s, notify)
