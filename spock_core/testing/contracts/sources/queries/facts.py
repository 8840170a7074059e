"""Contracts of what a query source states: its site, its symbols and its groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from spock_core.domain import Exchange, Listing, Market
from spock_core.domain.queries import Site
from spock_core.plugins.contributions import settings_of
from spock_core.sandbox.server import Sandbox
from spock_core.settings.model import load_settings
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.queries.base import QueryContracts, askable_ones
from spock_core.testing.contracts.sources.terms import TermsContracts
from spock_core.testing.failures import fail, location_of
from spock_core.testing.listings import for_any_typed_listing
from spock_core.testing.questions import askable, symbols_of

LONGEST_S, MOST_BYTES = 600, 512 * 1024 * 1024
NOWHERE = Exchange("XXXX", "Nowhere", "XXX")
NO_GROUP = "no group has this name"


class QueryFactContracts(TermsContracts, QueryContracts):
    """Contracts of a query source that need no answer."""

    def test_its_site_can_be_asked(self, source: AskedSource) -> None:
        """Web addresses, a rate and bounds, the same each time."""
        settings = load_settings({}, settings_of(source.plugins))
        site = source.query.site(settings)
        source.check("site", "with the settings of its author")
        for fault, advice in _faults_of_site(site):
            fail(f"site of source {source.name}: {fault}", advice)
        if source.query.site(settings) != site:
            fail(
                f"site of source {source.name} is another each time",
                f"let it follow from the settings alone: {location_of(source.raw.site)}",
            )

    def test_its_provider_is_made_up(self, sandbox: Sandbox) -> None:
        """With the address of the sandbox in its setting, all its requests go there."""

    def test_it_has_a_symbol_for_any_stock_or_none(
        self, source: AskedSource, market: Market
    ) -> None:
        """A line for each listing, always the same."""
        query = source.query

        def check(listing: Listing) -> None:
            stock = askable(market, listing)
            said = [query.symbol(stock) for _ in range(3)]
            source.check("symbol", f"for ticker {listing.ticker!r}")
            if len(set(said)) > 1:
                fail(
                    f"symbol of source {source.name} is {said[0]!r} and then {said[-1]!r}",
                    f"use nothing but the stock to decide: {location_of(source.raw.symbol)}",
                )

        for_any_typed_listing(market, check)

    def test_two_stocks_have_two_symbols(
        self, source: AskedSource, market: Market, stocks: Mapping[str, Listing]
    ) -> None:
        """What is said of one stock is not said of another, and some can be asked about."""
        symbols = symbols_of(source, market, askable_ones(stocks))
        where = location_of(source.raw.symbol)
        if not symbols:
            fail(
                f"symbol of source {source.name} has none for any stock of {market.region}",
                f"return the text by which the provider knows a stock: {where}",
            )
        ticker_of: dict[str, str] = {}
        for ticker, symbol in symbols.items():
            if ticker_of.setdefault(symbol, ticker) != ticker:
                fail(
                    f"symbol of source {source.name} is {symbol!r} for {ticker_of[symbol]} and "
                    f"{ticker}",
                    f"use what distinguishes the two, such as exchange and ticker: {where}",
                )


class GroupFactContracts(QueryFactContracts):
    """Contracts of what a source of groups states besides."""

    def test_its_groups_have_words(self, source: AskedSource) -> None:
        """Each group has the words of its observations, its name among them."""
        query: Any = source.query
        groups = query.groups()
        source.check("groups", "for its groups")
        if not groups:
            fail(f"source {source.name} has no groups", "name the provider's groups in groups")
        for group in groups:
            words = query.words(group)
            source.check("words", f"for group {group!r}")
            if not words or words.get(query.group_word) != group:
                fail(
                    f"words of source {source.name} for group {group!r} are {words!r}",
                    f"give the group's name under its group_word {query.group_word!r}: "
                    f"{location_of(source.raw.words)}",
                )

    def test_a_group_that_it_lacks_has_no_words(self, source: AskedSource) -> None:
        """A register may have groups of another version of the source."""
        query: Any = source.query
        words = query.words(NO_GROUP)
        source.check("words", "for a group that it lacks")
        if words is not None:
            fail(
                f"words of source {source.name} for the group {NO_GROUP!r} are {words!r}",
                f"return None for an unknown group: {location_of(source.raw.words)}",
            )

    def test_it_knows_venues_of_the_market(self, source: AskedSource, market: Market) -> None:
        """Codes for an exchange of the market, and an answer for any other one."""
        query: Any = source.query
        codes = [code for one in market.exchanges for code in query.venues(one)]
        query.venues(NOWHERE)
        source.check("venues", f"for the exchanges of {market.region}")
        if not codes:
            fail(
                f"source {source.name} has no venue for any exchange of {market.region}",
                "return the provider's codes, or state the regions that it knows in about",
            )


def _faults_of_site(site: Site) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with a site, each with what to give instead."""
    for address in (*site.addresses, *((site.base,) if site.base else ())):
        parts = urlsplit(str(address))
        local = parts.scheme == "http" and address == site.base
        if (parts.scheme != "https" and not local) or not parts.hostname:
            yield f"an address is {address!r}", "give web addresses: https://api.example.com"
    if site.budget is not None and (type(site.budget) is not int or site.budget < 0):
        yield f"budget is {site.budget!r}", "give stocks a day, or None for any number"
    if not 0 < site.seconds <= LONGEST_S:
        yield f"seconds is {site.seconds!r}", f"give up to {LONGEST_S} seconds for a request"
    if not 0 < site.max_bytes <= MOST_BYTES:
        yield f"max_bytes is {site.max_bytes!r}", f"give up to {MOST_BYTES:,} bytes for an answer"
