"""Contracts of the rules for kinds of securities and blank-cheque companies."""

from __future__ import annotations

from functools import wraps
from typing import Any

from spock_core.domain import AssetType, Listing, Market, SecurityType
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import ask, ask_again, fail, place_of, show
from spock_core.testing.listings import for_any_listing, for_any_typed_listing

_NEVER_COMMON = (AssetType.INDEX, AssetType.ETF, AssetType.ETC, AssetType.ETP, AssetType.ETN)


class SecurityTypeContracts(Contracts):
    """What a listing is to the person who holds it."""

    def test_every_listing_has_a_security_type(self, market: Market) -> None:
        """Total, and a value of `SecurityType`."""

        def check(listing: Listing) -> None:
            kind: Any = ask("security_type", market.security_type, listing)
            if not isinstance(kind, SecurityType):
                fail(
                    f"security_type gave {kind!r} for {show(listing)}",
                    "give a SecurityType, and type_from_list(listing) where the market has nothing "
                    f"to add: {place_of(market.security_type)}",
                )

        for_any_listing(market, check)

    def test_a_listing_has_one_security_type(self, market: Market) -> None:
        """Deterministic."""

        def check(listing: Listing) -> None:
            ask_again("security_type", market.security_type, listing)

        for_any_listing(market, check)

    def test_an_index_or_a_fund_is_no_common_stock(self, market: Market) -> None:
        """Whoever screens for companies must not meet them."""

        def check(listing: Listing) -> None:
            if listing.asset_type not in _NEVER_COMMON:
                return
            kind = ask("security_type", market.security_type, listing)
            if kind is SecurityType.COMMON:
                fail(
                    f"security_type gave common for {show(listing)}",
                    "give type_from_list(listing) for whatever is not AssetType.STOCK: "
                    f"{place_of(market.security_type)}",
                )

        for_any_listing(market, check)

    def test_every_listing_is_a_spac_or_not(self, market: Market) -> None:
        """Total, the same each time, and True or False."""

        def check(listing: Listing) -> None:
            said: Any = ask_again("is_spac", market.is_spac, listing)
            if not isinstance(said, bool):
                fail(
                    f"is_spac gave {said!r} for {show(listing)}",
                    f"give True or False, with bool(…): {place_of(market.is_spac)}",
                )

        for_any_typed_listing(market, check)

    def test_every_listing_is_another_counter_or_not(self, market: Market) -> None:
        """Total, the same each time, and True or False; whose it is, `issuer_tickers` says."""

        def check(listing: Listing) -> None:
            said: Any = ask_again("is_counter", market.is_counter, listing)
            if not isinstance(said, bool):
                fail(
                    f"is_counter gave {said!r} for {show(listing)}",
                    f"give True or False, with bool(…): {place_of(market.is_counter)}",
                )
            if said and not market.issuer_tickers(listing):
                fail(
                    f"is_counter gave True and issuer_tickers nothing for {show(listing)}",
                    "give the ticker of the share whose other counter it is: "
                    f"{place_of(market.issuer_tickers)}",
                )

        for_any_typed_listing(market, check)

    def test_every_listing_has_tickers_of_its_issuer_or_none(self, market: Market) -> None:
        """Total, the same each time, and texts in a tuple or list."""
        rule = wraps(market.issuer_tickers)(lambda one: _told(market, one))

        def check(listing: Listing) -> None:
            said: Any = ask_again("issuer_tickers", rule, listing)
            if not isinstance(said, tuple) or not all(isinstance(one, str) for one in said):
                fail(
                    f"issuer_tickers gave {said!r} for {show(listing)}",
                    f"give a tuple of tickers, or (): {place_of(market.issuer_tickers)}",
                )

        for_any_typed_listing(market, check)


def _told(market: Market, listing: Listing) -> Any:
    """What the rule says, as a value that can be compared."""
    said: Any = market.issuer_tickers(listing)
    return tuple(said) if isinstance(said, list | tuple) else repr(said)
