"""Asks one provider, with retries: a group with all its pages, known symbols, or a few stocks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from spock_core.domain.errors import UnknownSymbol
from spock_core.domain.events import Retry
from spock_core.domain.queries import (
    GroupPage,
    GroupQuerySource,
    Member,
    PresenceQuery,
    Provider,
    Said,
)
from spock_core.domain.stop import Stop
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.retry import RetryPolicy, call_with_retries

MAX_RESTARTS = 3
"""How often a group is read again because it changed between two pages."""
DRIFT_SHARE = 0.1
"""A page that lacks a larger share of the stocks that its group counts is hollow, and reading the
group again at once would only cost more requests."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Drifted(Exception):
    """The group changed between two of its pages, or one of them is hollow."""

    def __init__(self, members: list[Member], total: int, *, hollow: bool = False) -> None:
        super().__init__()
        self.members = members
        self.total = total
        self.hollow = hollow


class Asking:
    """Questions through one client; thread-safe."""

    def __init__(
        self,
        provider: Provider,
        client: Any,
        breaker: CircuitBreaker,
        policy: RetryPolicy,
        notify: Callable[[Retry], None],
        stop: Stop,
        region: str,
    ) -> None:
        """`notify` is called with an event for each retry, which counts for `region`."""
        self._provider = provider
        self._client = client
        self._breaker = breaker
        self._policy = policy
        self._notify = notify
        self._stop = stop
        self._region = region

    def group(self, group: str, venues: Sequence[str]) -> GroupPage:
        """Returns all stocks of a group at these venues, sorted by symbol.

        A group that changes while its pages are read is read again, `MAX_RESTARTS` times at most;
        after that, or if a page is hollow, the result has all stocks seen and is marked as drifted.
        Raises `ProviderError`.
        """
        seen: dict[str, Member] = {}
        total = 0
        for _ in range(MAX_RESTARTS + 1):
            try:
                return self._pages(group, venues)
            except _Drifted as drift:
                seen.update((member.symbol, member) for member in drift.members)
                total = drift.total
                if drift.hollow:
                    break
        return GroupPage(tuple(seen[symbol] for symbol in sorted(seen)), total, drifted=True)

    def present(self, symbols: Sequence[str]) -> frozenset[str]:
        """Returns which of these symbols the provider knows. Raises `ProviderError`."""
        source = self._provider.singles
        assert isinstance(source, PresenceQuery)  # noqa: S101  planned only for such
        return self._with_retries(lambda: source.present(self._client, symbols))

    def stocks(self, symbols: Sequence[str]) -> Mapping[str, Said]:
        """Returns what is said of these symbols; unknown ones are left out. Raises
        `ProviderError`."""
        source = self._provider.singles
        assert source is not None  # noqa: S101  planned only where there is one
        try:
            return self._with_retries(lambda: source.ask(self._client, symbols))
        except UnknownSymbol:
            return {}

    def _pages(self, group: str, venues: Sequence[str]) -> GroupPage:
        """Reads all pages of a group. Raises `_Drifted` if they are inconsistent."""
        source = self._provider.groups
        assert source is not None  # noqa: S101  planned only where there is one
        members: list[Member] = []
        total: int | None = None
        dropped = 0
        while total is None or len(members) + dropped < total:
            offset = len(members) + dropped
            page = self._page(source, group, venues, offset)
            total = page.total if total is None else total
            members += page.members
            dropped += page.dropped
            expected = min(offset + source.page_size, total)
            if page.total != total or len(members) + dropped != expected:
                lacks = expected - len(members) - dropped
                hollow = lacks > max(DRIFT_SHARE * (expected - offset), 1)
                raise _Drifted(members, total, hollow=hollow and page.total == total)
        if len({member.symbol for member in members}) != len(members):
            raise _Drifted(members, total)
        if dropped:
            log.warning(
                "%s: %s: %d stocks could not be read and were left out",
                self._provider.name, group or " ".join(venues), dropped,
            )  # fmt: skip
        return GroupPage(tuple(members), total, dropped=dropped)

    def _page(
        self, source: GroupQuerySource, group: str, venues: Sequence[str], offset: int
    ) -> GroupPage:
        return self._with_retries(lambda: source.ask_group(self._client, group, venues, offset))

    def _with_retries(self, function: Callable[[], T]) -> T:
        return call_with_retries(
            function,
            self._provider.name,
            self._policy,
            self._breaker,
            self._notify,
            self._stop,
            self._region,
        )
