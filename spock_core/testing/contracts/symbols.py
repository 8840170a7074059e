"""Contracts of the rule for Yahoo symbols. It sees listings whose `security_type` is set."""

from __future__ import annotations

from spock_core.domain import AssetType, Exchange, Listing, Market
from spock_core.domain.bounds import is_symbol
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import ask, ask_again, fail, place_of, show
from spock_core.testing.listings import for_any_typed_listing, listings

MANY = 1_500
"""Stocks of the universe in which no two symbols may be the same."""


class SymbolContracts(Contracts):
    """From a listing to Yahoo's symbol."""

    def test_every_listing_has_its_yahoo_symbol_or_none(self, market: Market) -> None:
        """Total: an answer for whatever the market may list."""

        def check(listing: Listing) -> None:
            symbol = ask("yahoo_symbol", market.yahoo_symbol, listing)
            if not (symbol is None or is_symbol(symbol)):
                fail(
                    f"yahoo_symbol gave {symbol!r} for {show(listing)}",
                    "give a symbol as Yahoo writes it, or None for what Yahoo does not carry: "
                    f"{place_of(market.yahoo_symbol)}",
                )

        for_any_typed_listing(market, check)

    def test_a_listing_has_one_yahoo_symbol(self, market: Market) -> None:
        """Deterministic: the register would change every night otherwise."""

        def check(listing: Listing) -> None:
            ask_again("yahoo_symbol", market.yahoo_symbol, listing)

        for_any_typed_listing(market, check)

    def test_two_listings_have_two_yahoo_symbols(self, market: Market) -> None:
        """Injective over the region: what Yahoo says of one would be stored of the other."""
        owners: dict[str, Listing] = {}
        for listing in listings(market.region, MANY):
            symbol = ask("yahoo_symbol", market.yahoo_symbol, listing)
            if symbol is None:
                continue
            other = owners.setdefault(symbol, listing)
            if other.ticker != listing.ticker:
                fail(
                    f"{symbol!r} is the Yahoo symbol of two: {show(other)}, and {show(listing)}",
                    "let the symbol keep all that tells the two apart: "
                    f"{place_of(market.yahoo_symbol)}",
                )

    def test_symbols_end_as_the_exchange_says(self, market: Market) -> None:
        """An index may have a name of its own at Yahoo; all else ends with the suffix."""
        suffixes: dict[tuple[str, str | None], Exchange] = {
            (one.mic, one.kis_code): one for one in market.exchanges
        }

        def check(listing: Listing) -> None:
            symbol = ask("yahoo_symbol", market.yahoo_symbol, listing)
            exchange = suffixes[listing.exchange, listing.kis_exchange]
            if symbol is None or listing.asset_type is AssetType.INDEX:
                return
            if not symbol.endswith(exchange.yahoo_suffix):
                fail(
                    f"yahoo_symbol gave {symbol!r} and exchange {exchange.list_name} has the "
                    f"suffix {exchange.yahoo_suffix!r}: {show(listing)}",
                    "correct yahoo_suffix of the Exchange, or the rule: "
                    f"{place_of(market.yahoo_symbol)}",
                )

        for_any_typed_listing(market, check)
