"""Queries to Yahoo with retries: a screen with all its pages, quotes, and a profile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.sources.http.retry import RetryPolicy, call_with_retries
from spock_core.sources.yahoo.answers import PAGE_SIZE, Profile, Quote, Quotes, ScreenResult
from spock_core.sources.yahoo.client import Yahoo
from spock_core.sources.yahoo.gate import PROVIDER

MAX_RESTARTS = 3
"""How often a screen is read again because it changed between two pages."""
DRIFT_SHARE = 0.1
"""A page that lacks a larger share of the stocks that its screen counts is hollow, and reading the
screen again at once would only cost more requests."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Drifted(Exception):
    """The screen changed between two of its pages, or one of them is hollow."""

    def __init__(self, quotes: list[Quote], total: int, *, hollow: bool = False) -> None:
        super().__init__()
        self.quotes = quotes
        self.total = total
        self.hollow = hollow


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
        after that, or if a page is hollow, the result has all stocks seen and is marked as drifted.
        Raises `ProviderError`.
        """
        seen: dict[str, Quote] = {}
        total = 0
        for _ in range(MAX_RESTARTS + 1):
            try:
                return self._pages(industry, exchanges)
            except _Drifted as drift:
                seen.update((quote.symbol, quote) for quote in drift.quotes)
                total = drift.total
                if drift.hollow:
                    break
        return ScreenResult(tuple(seen[symbol] for symbol in sorted(seen)), total, drifted=True)

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        """Returns which of up to 200 symbols Yahoo knows as stocks. Raises `ProviderError`."""
        return self._with_retries(lambda: self._yahoo.quotes(symbols))

    def profile(self, symbol: str) -> Profile:
        """Returns the profile of one stock. Raises `UnknownSymbol` or another `ProviderError`."""
        return self._with_retries(lambda: self._yahoo.profile(symbol))

    def _pages(self, industry: str | None, exchanges: tuple[str, ...]) -> ScreenResult:
        """Reads all pages of a screen. Raises `_Drifted` if they are inconsistent."""
        quotes: list[Quote] = []
        total: int | None = None
        dropped = 0
        while total is None or len(quotes) + dropped < total:
            offset = len(quotes) + dropped
            page = self._page(industry, exchanges, offset)
            total = page.total if total is None else total
            quotes += page.quotes
            dropped += page.dropped
            expected = min(offset + PAGE_SIZE, total)
            if page.total != total or len(quotes) + dropped != expected:
                lacks = expected - len(quotes) - dropped
                hollow = lacks > max(DRIFT_SHARE * (expected - offset), 1)
                raise _Drifted(quotes, total, hollow=hollow and page.total == total)
        if len({quote.symbol for quote in quotes}) != len(quotes):
            raise _Drifted(quotes, total)
        if dropped:
            what = industry or " ".join(exchanges)
            log.warning("yahoo: %s: %d quotes could not be read and were left out", what, dropped)
        return ScreenResult(tuple(quotes), total, dropped=dropped)

    def _page(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> ScreenResult:
        return self._with_retries(lambda: self._yahoo.screen(industry, exchanges, offset))

    def _with_retries(self, function: Callable[[], T]) -> T:
        return call_with_retries(
            function,
            PROVIDER,
            self._policy,
            self._yahoo.gate.breaker,
            self._notify,
            self._stop,
            self._region,
        )
