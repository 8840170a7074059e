"""A query source that contracts ask as a run does: through its gate, of a sandbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from spock_core.domain import Listing, Market
from spock_core.domain.bounds import is_symbol
from spock_core.domain.errors import ProviderError, UnknownSymbol
from spock_core.domain.queries import GroupQuerySource, Said, Site
from spock_core.domain.stock import AskableStock, StockKey
from spock_core.plugins.contributions import settings_of
from spock_core.sandbox.server import Sandbox
from spock_core.settings.model import Settings, load_settings
from spock_core.sources.http.bounds import Bounds
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.queries.gate import source_gate
from spock_core.sources.queries.web_service import open_web_service
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.made_up_isins import isin_of
from spock_core.testing.wire import Wire

HURRIED = 900.0
"""Requests a second to a provider that is made up, and need not be spared."""
PATIENT = Bounds(requests=10**9, throttled=10**9, seconds=10.0**9)
"""A provider may cost this much: contracts ask many questions that fail."""


class OfStocks(NamedTuple):
    """A question about stocks."""

    symbols: tuple[str, ...]


class OfGroup(NamedTuple):
    """A question about the first page of a group."""

    group: str
    venues: tuple[str, ...]


Question: TypeAlias = OfStocks | OfGroup


class Questions:
    """Asks a query source, and fails the test for what a run would report as its fault."""

    def __init__(self, source: AskedSource, client: Any, wire: Wire) -> None:
        self.source = source
        self.wire = wire
        self._query: Any = source.query
        self._client = client

    def about(self, market: Market, stocks: Sequence[Listing]) -> Iterator[Question]:
        """Yields the questions about a market's stocks."""
        if isinstance(self._query, GroupQuerySource):
            venues = [code for one in market.exchanges for code in self._query.venues(one)]
            for group in self._query.groups() if venues else ():
                yield OfGroup(group, tuple(dict.fromkeys(venues)))
        else:
            symbols = iter(symbols_of(self.source, market, stocks).values())
            while batch := tuple(islice(symbols, self._query.most_symbols)):
                yield OfStocks(batch)

    def answered(
        self, market: Market, stocks: Sequence[Listing], most: int
    ) -> list[tuple[Question, Mapping[str, Said]]]:
        """Returns questions to which the made-up provider has an answer."""
        asked = ((one, self.ask(one, "for made-up stocks")) for one in self.about(market, stocks))
        return list(islice(((one, said) for one, said in asked if said), most))

    def ask(self, question: Question, about: str) -> Mapping[str, Said]:
        """Returns what is said by symbol; of the members of a group, its words.

        `about` says for messages what is asked. Raises `ProviderError` if there is no answer.
        """
        said: Mapping[str, Said] = {}
        error = None
        try:
            if isinstance(question, OfStocks):
                said = self._of_stocks(question)
            else:
                said = self._of_group(question)
        except ProviderError as refused:
            error = refused
        self.source.check("ask" if isinstance(question, OfStocks) else "ask_group", about)
        if error is not None:
            raise error
        return said

    def _of_group(self, question: OfGroup) -> Mapping[str, Said]:
        page = self._query.ask_group(self._client, question.group, question.venues, 0)
        words = self._query.words(question.group) or {}
        return {member.symbol: Said(words, member.name) for member in page.members}

    def _of_stocks(self, question: OfStocks) -> Mapping[str, Said]:
        try:
            said: Mapping[str, Said] = self._query.ask(self._client, question.symbols)
        except UnknownSymbol:
            return {}
        return said


@contextlib.contextmanager
def opened(source: AskedSource, sandbox: Sandbox, *, hurried: bool = True) -> Iterator[Questions]:
    """Yields a source with its client. Unless `hurried`, it keeps to its own rate."""
    settings = settings_at(source, sandbox)
    query = source.query
    site = query.site(settings)
    if hurried:
        site = replace(site, rate=HURRIED)
    breaker = CircuitBreaker(query.about.provider, PATIENT)
    gate = source_gate(query, site, 0.0, lambda _: None, breaker=breaker)
    own = query.open(gate, site, settings)
    wire = Wire()
    sandbox.spoil = wire
    with own if own is not None else open_web_service(gate, site, settings) as client:
        yield Questions(source, client, wire)


def settings_at(source: AskedSource, sandbox: Sandbox) -> Settings:
    """Returns the settings with the addresses of a sandbox."""
    settings = load_settings({}, settings_of(source.plugins))
    return settings.model_copy(update=sandbox.addresses)


def is_at(site: Site, sandbox: Sandbox) -> bool:
    """Whether all requests of a source go to a sandbox."""
    places = (site.base,) if site.base else site.addresses
    return all(str(one).startswith(sandbox.url) for one in places)


def askable(market: Market, listing: Listing) -> AskableStock:
    """Returns a listing as a query source sees it in a register, which has no invalid symbol."""
    symbol = listing.yahoo_symbol or market.yahoo_symbol(listing)
    return AskableStock(
        StockKey(listing.region, listing.ticker),
        listing.exchange,
        listing.kis_exchange,
        symbol if is_symbol(symbol) else None,
        isin_of(listing),
        listing.currency,
    )


def symbols_of(source: AskedSource, market: Market, stocks: Sequence[Listing]) -> dict[str, str]:
    """Returns the source's symbols of those stocks that it can be asked about, by ticker."""
    found: dict[str, str] = {}
    kinds = source.query.kinds
    for one in stocks:
        if kinds and one.security_type not in kinds:
            continue
        symbol = source.query.symbol(askable(market, one))
        source.check("symbol", f"for ticker {one.ticker!r}")
        if symbol:
            found[one.ticker] = symbol
    return found
