"""Queries to Yahoo with retries: a screen with all its pages, and a profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from spock_core.domain.errors import ProviderError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.sources.http.retry import RetryPolicy, call_with_retries
from spock_core.sources.yahoo.client import (
    PAGE_SIZE,
    Profile,
    Quote,
    ScreenResult,
    Yahoo,
)
from spock_core.sources.yahoo.gate import PROVIDER

MAX_RESTARTS = 3
"""How often a screen is read again because it changed between two pages."""
MAX_TOTAL = 100_000
"""A screen with more stocks than this is refused, since its count must be wrong."""

T = TypeVar("T")


class _Drifted(Exception):
    """The screen changed between two of its pages."""

    def __init__(self, quotes: list[Quote], total: int) -> None:
        super().__init__()
        self.quotes = quotes
        self.total = total


class YahooQueries:
    """Queries through one client; thread-safe."""

    def __init__(
        self,
        yahoo: Yahoo,
        policy: RetryPolicy,
        notify: Callable[[Retry], None],
        stop: Stop,
        region: str,
    ) -> None:
        """`notify` is called with an event for each retry, which counts for `region`."""
        self._yahoo = yahoo
        self._policy = policy
        self._notify = notify
        self._stop = stop
        self._region = region

    def screen(self, industry: str | None, exchanges: tuple[str, ...]) -> ScreenResult:
        """Returns all stocks on these exchanges, sorted by symbol; of one industry if given.

        A screen that changes while its pages are read is read again, `MAX_RESTARTS` times at most;
        after that the result has all stocks seen and is marked as drifted. Raises `ProviderError`.
        """
        seen: dict[str, Quote] = {}
        total = 0
        for _ in range(MAX_RESTARTS + 1):
            try:
                quotes = self._pages(industry, exchanges)
            except _Drifted as drift:
                seen.update((quote.symbol, quote) for quote in drift.quotes)
                total = drift.total
            else:
                return ScreenResult(tuple(quotes), len(quotes))
        return ScreenResult(tuple(seen[symbol] for symbol in sorted(seen)), total, drifted=True)

    def profile(self, symbol: str) -> Profile:
        """Returns the profile of one stock. Raises `UnknownSymbol` or another `ProviderError`."""
        return self._with_retries(lambda: self._yahoo.profile(symbol))

    def _pages(self, industry: str | None, exchanges: tuple[str, ...]) -> list[Quote]:
        """Reads all pages of a screen. Raises `_Drifted` if they are inconsistent."""
        quotes: list[Quote] = []
        total: int | None = None
        while total is None or len(quotes) < total:
            page = self._page(industry, exchanges, len(quotes))
            total = page.total if total is None else total
            if total > MAX_TOTAL:
                raise ProviderError(f"it counts {total:,} stocks, more than {MAX_TOTAL:,}")
            expected = min(PAGE_SIZE, total - len(quotes))
            quotes += page.quotes
            if page.total != total or len(page.quotes) != expected:
                raise _Drifted(quotes, total)
        if len({quote.symbol for quote in quotes}) != len(quotes):
            raise _Drifted(quotes, total)
        return quotes

    def _page(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> ScreenResult:
        return self._with_retries(lambda: self._yahoo.screen(industry, exchanges, offset))

    def _with_retries(self, function: Callable[[], T]) -> T:
        return call_with_retries(
            function, PROVIDER, self._policy, self._notify, self._stop, self._region
        )
