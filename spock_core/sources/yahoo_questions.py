"""Asks Yahoo whole questions: a screen with all its pages, a profile; retried by policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from spock_core.context import Tell
from spock_core.limits.retry import RetryPolicy, ask
from spock_core.providers.yahoo import PAGE, PROVIDER, Page, Profile, Yahoo, industries
from spock_core.stop import Stop

RESTARTS = 3
"""A list that changes while its pages are read is read again so often."""


T = TypeVar("T")


class Listed(NamedTuple):
    """The stocks of one industry."""

    symbols: tuple[str, ...]
    sector: str
    complete: bool
    """Nothing is missing as far as Yahoo's own count tells."""


class _Drifted(Exception):
    """Pages that do not fit each other."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        super().__init__()
        self.symbols = symbols


class Questions:
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
        seen: set[str] = set()
        for _ in range(RESTARTS + 1):
            try:
                symbols = self._pages(industry, exchanges)
            except _Drifted as drift:
                seen.update(drift.symbols)
            else:
                return Listed(symbols, sector, complete=True)
        return Listed(tuple(sorted(seen)), sector, complete=False)

    def profile(self, symbol: str) -> Profile:
        """What Yahoo says of one stock. Raises `UnknownSymbol` or another `ProviderError`."""
        return self._asked(lambda: self._yahoo.profile(symbol))

    def _pages(self, industry: str, exchanges: tuple[str, ...]) -> tuple[str, ...]:
        symbols: list[str] = []
        total: int | None = None
        while total is None or len(symbols) < total:
            page = self._page(industry, exchanges, len(symbols))
            total = page.total if total is None else total
            symbols += page.symbols
            expected = min(PAGE, total - (len(symbols) - len(page.symbols)))
            if page.total != total or len(page.symbols) != expected:
                raise _Drifted(tuple(symbols))
        if len(set(symbols)) != len(symbols):
            raise _Drifted(tuple(symbols))
        return tuple(symbols)

    def _page(self, industry: str, exchanges: tuple[str, ...], offset: int) -> Page:
        return self._asked(lambda: self._yahoo.screen(industry, exchanges, offset))

    def _asked(self, question: Callable[[], T]) -> T:
        return ask(
            question,
            PROVIDER,
            self._policy,
            lambda event: self._tell("spock_retry", {"event": event}),
            self._stop,
        )
