"""Contracts of the rule `yahoo_symbol`, which sees listings whose `security_type` is set."""

from __future__ import annotations

from spock_core.domain import AssetType, Exchange, Listing, Market
from spock_core.domain.bounds import is_symbol
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import call_rule, call_rule_again, describe, fail, location_of
from spock_core.testing.listings import for_any_typed_listing, listings

MANY = 1_500
"""Stocks of the universe in which all symbols must be different."""


class SymbolContracts(Contracts):
    """The rule has one valid symbol, or None, for every listing."""

    def test_every_listing_has_its_yahoo_symbol_or_none(self, market: Market) -> None:
        """The rule answers for every listing, with a valid symbol or None."""

        def check(listing: Listing) -> None:
            symbol = call_rule("yahoo_symbol", market.yahoo_symbol, listing)
            if not (symbol is None or is_symbol(symbol)):
                fail(
                    f"yahoo_symbol returned {symbol!r} for {describe(listing)}",
                    "return a symbol as Yahoo writes it, or None for what Yahoo does not have: "
                    f"{location_of(market.yahoo_symbol)}",
                )

        for_any_typed_listing(market, check)

    def test_a_listing_has_one_yahoo_symbol(self, market: Market) -> None:
        """The rule is deterministic; otherwise the register would change with every run."""

        def check(listing: Listing) -> None:
            call_rule_again("yahoo_symbol", market.yahoo_symbol, listing)

        for_any_typed_listing(market, check)

    def test_two_listings_have_two_yahoo_symbols(self, market: Market) -> None:
        """No two listings share a symbol; otherwise one would get the other's sector."""
        owners: dict[str, Listing] = {}
        for listing in listings(market.region, MANY):
            symbol = call_rule("yahoo_symbol", market.yahoo_symbol, listing)
            if symbol is None:
                continue
            other = owners.setdefault(symbol, listing)
            if other.ticker != listing.ticker:
                fail(
                    f"two listings have the Yahoo symbol {symbol!r}: {describe(other)}, and "
                    f"{describe(listing)}",
                    "let the symbol keep what distinguishes the two: "
                    f"{location_of(market.yahoo_symbol)}",
                )

    def test_symbols_end_as_the_exchange_says(self, market: Market) -> None:
        """Every symbol ends with the suffix of the exchange, except those of indices."""
        suffixes: dict[tuple[str, str | None], Exchange] = {
            (one.mic, one.kis_code): one for one in market.exchanges
        }

        def check(listing: Listing) -> None:
            symbol = call_rule("yahoo_symbol", market.yahoo_symbol, listing)
            exchange = suffixes[listing.exchange, listing.kis_exchange]
            if symbol is None or listing.asset_type is AssetType.INDEX:
                return
            if not symbol.endswith(exchange.yahoo_suffix):
                fail(
                    f"yahoo_symbol returned {symbol!r} and exchange {exchange.list_name} has the "
                    f"suffix {exchange.yahoo_suffix!r}: {describe(listing)}",
                    "correct yahoo_suffix of the Exchange, or the rule: "
                    f"{location_of(market.yahoo_symbol)}",
                )

        for_any_typed_listing(market, check)
