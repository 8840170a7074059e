"""Asks Yahoo whole questions: a screen with all its pages, a profile; retried by policy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from spock_core.context import RunContext
from spock_core.limits.breaker import Breaker
from spock_core.limits.budget import Budget
from spock_core.limits.retry import RetryPolicy, ask
from spock_core.providers.wire import Wire
from spock_core.providers.yahoo import (
    PAGE,
    PROVIDER,
    Page,
    Profile,
    Yahoo,
    industries,
    knows_symbols,
    wants_json,
)

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


@contextlib.contextmanager
def asking(run: RunContext) -> Iterator[Questions]:
    """Yahoo for the length of a run."""
    settings, plugins = run.settings, run.plugins
    wire = Wire(
        provider=PROVIDER,
        budget=Budget(settings.yahoo_rate),
        breaker=Breaker(PROVIDER),
        on_request=lambda event: plugins.notify("spock_request_made", event=event),
        pause_s=settings.retry_delay,
        wants_json=wants_json,
        knows_symbols=knows_symbols,
    )
    with Yahoo(wire, settings.yahoo_url) as yahoo:
        yield Questions(yahoo, run)


class Questions:
    """What can be asked; `asking` makes one."""

    def __init__(self, yahoo: Yahoo, run: RunContext) -> None:
        self._yahoo = yahoo
        self._policy = RetryPolicy(run.settings.max_retries, run.settings.retry_delay)
        self._plugins = run.plugins
        self._sectors = industries()

    @property
    def down(self) -> bool:
        """Whether Yahoo was given up for this run."""
        return self._yahoo.wire.breaker.is_open

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
            lambda event: self._plugins.notify("spock_retry", event=event),
        )
