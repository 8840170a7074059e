"""Asks Yahoo whole questions: a screen with all its pages, a profile; retried by policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from spock_core.domain.errors import ProviderError
from spock_core.domain.stop import Stop
from spock_core.plugins.context import Tell
from spock_core.sources.http.retry import RetryPolicy, ask
from spock_core.sources.yahoo.client import PAGE, PROVIDER, Page, Profile, Quote, Yahoo, industries

RESTARTS = 3
"""A list that changes while its pages are read is read again so often."""
MOST_LISTED = 100_000
"""Stocks in a screen, beyond which its count is not believed."""


T = TypeVar("T")


class Listed(NamedTuple):
    """The stocks of one industry."""

    symbols: tuple[str, ...]
    sector: str
    complete: bool
    """Nothing is missing as far as Yahoo's own count tells."""


class Screened(NamedTuple):
    """The stocks of one screen."""

    quotes: tuple[Quote, ...]
    complete: bool
    """Nothing is missing as far as Yahoo's own count tells."""


class _Drifted(Exception):
    """Pages that do not fit each other."""

    def __init__(self, quotes: list[Quote]) -> None:
        super().__init__()
        self.quotes = quotes


class YahooQueries:
    """What can be asked, from any thread."""

    def __init__(self, yahoo: Yahoo, policy: RetryPolicy, tell: Tell, stop: Stop) -> None:
        self._yahoo = yahoo
        self._policy = policy
        self._tell = tell
        self._stop = stop
        self._sectors = industries()

    def screen(self, industry: str, exchanges: tuple[str, ...]) -> Listed:
        """All stocks of an industry on these exchanges. Raises `ProviderError`."""
        sector = self._sectors[industry]
        found = self._whole(industry, exchanges)
        return Listed(tuple(quote.symbol for quote in found.quotes), sector, found.complete)

    def listing(self, exchanges: tuple[str, ...]) -> Screened:
        """All stocks on these exchanges, by symbol. Raises `ProviderError`."""
        return self._whole(None, exchanges)

    def profile(self, symbol: str) -> Profile:
        """What Yahoo says of one stock. Raises `UnknownSymbol` or another `ProviderError`."""
        return self._asked(lambda: self._yahoo.profile(symbol))

    def _whole(self, industry: str | None, exchanges: tuple[str, ...]) -> Screened:
        """All pages of a screen, read again where they do not fit each other."""
        seen: dict[str, Quote] = {}
        for _ in range(RESTARTS + 1):
            try:
                quotes = self._pages(industry, exchanges)
            except _Drifted as drift:
                seen.update((quote.symbol, quote) for quote in drift.quotes)
            else:
                return Screened(tuple(quotes), complete=True)
        return Screened(tuple(seen[symbol] for symbol in sorted(seen)), complete=False)

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
                raise _Drifted(quotes)
        if len({quote.symbol for quote in quotes}) != len(quotes):
            raise _Drifted(quotes)
        return quotes

    def _page(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> Page:
        return self._asked(lambda: self._yahoo.screen(industry, exchanges, offset))

    def _asked(self, question: Callable[[], T]) -> T:
        return ask(
            question,
            PROVIDER,
            self._policy,
            lambda event: self._tell("spock_retry", {"event": event}),
            self._stop,
        )
