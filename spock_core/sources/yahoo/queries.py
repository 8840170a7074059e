"""Asks Yahoo whole questions: a screen with all its pages, a profile; retried by policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from spock_core.domain.errors import ProviderError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.sources.http.retry import RetryPolicy, ask
from spock_core.sources.yahoo.client import PAGE, PROVIDER, Profile, Quote, ScreenResult, Yahoo

RESTARTS = 3
"""A list that changes while its pages are read is read again so often."""
MOST_LISTED = 100_000
"""Stocks in a screen, beyond which its count is not believed."""


T = TypeVar("T")


class _Drifted(Exception):
    """Pages that do not fit each other."""

    def __init__(self, quotes: list[Quote], total: int) -> None:
        super().__init__()
        self.quotes = quotes
        self.total = total


class YahooQueries:
    """What can be asked, from any thread."""

    def __init__(
        self,
        yahoo: Yahoo,
        policy: RetryPolicy,
        notify: Callable[[Retry], None],
        stop: Stop,
        region: str,
    ) -> None:
        """`notify` gets an event for each retry, which counts for `region`."""
        self._yahoo = yahoo
        self._policy = policy
        self._notify = notify
        self._stop = stop
        self._region = region

    def screen(self, industry: str | None, exchanges: tuple[str, ...]) -> ScreenResult:
        """All stocks of an industry, or of all, on these exchanges, by symbol.

        Pages that do not fit each other are read again. Raises `ProviderError`.
        """
        seen: dict[str, Quote] = {}
        total = 0
        for _ in range(RESTARTS + 1):
            try:
                quotes = self._pages(industry, exchanges)
            except _Drifted as drift:
                seen.update((quote.symbol, quote) for quote in drift.quotes)
                total = drift.total
            else:
                return ScreenResult(tuple(quotes), len(quotes))
        return ScreenResult(tuple(seen[symbol] for symbol in sorted(seen)), total, drifted=True)

    def profile(self, symbol: str) -> Profile:
        """What Yahoo says of one stock. Raises `UnknownSymbol` or another `ProviderError`."""
        return self._asked(lambda: self._yahoo.profile(symbol))

    def _pages(self, industry: str | None, exchanges: tuple[str, ...]) -> list[Quote]:
        quotes: list[Quote] = []
        total: int | None = None
        while total is None or len(quotes) < total:
            page = self._page(industry, exchanges, len(quotes))
            total = page.total if total is None else total
            if total > MOST_LISTED:
                raise ProviderError(f"it counts {total:,} stocks, which cannot be")
            expected = min(PAGE, total - len(quotes))
            quotes += page.quotes
            if page.total != total or len(page.quotes) != expected:
                raise _Drifted(quotes, total)
        if len({quote.symbol for quote in quotes}) != len(quotes):
            raise _Drifted(quotes, total)
        return quotes

    def _page(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> ScreenResult:
        return self._asked(lambda: self._yahoo.screen(industry, exchanges, offset))

    def _asked(self, question: Callable[[], T]) -> T:
        return ask(question, PROVIDER, self._policy, self._notify, self._stop, self._region)
