"""Contracts of the rules for security types, blank-cheque companies and issuers."""

from __future__ import annotations

from functools import wraps
from typing import Any

from spock_core.domain import AssetType, Listing, Market, SecurityType
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import call_rule, call_rule_again, describe, fail, location_of
from spock_core.testing.listings import for_any_listing, for_any_typed_listing

_NEVER_COMMON = (AssetType.INDEX, AssetType.ETF, AssetType.ETC, AssetType.ETP, AssetType.ETN)


class SecurityTypeContracts(Contracts):
    """Each rule has one valid answer for every listing."""

    def test_every_listing_has_a_security_type(self, market: Market) -> None:
        """The rule answers for every listing, with a `SecurityType`."""

        def check(listing: Listing) -> None:
            kind: Any = call_rule("security_type", market.security_type, listing)
            if not isinstance(kind, SecurityType):
                fail(
                    f"security_type returned {kind!r} for {describe(listing)}",
                    "return a SecurityType: type_from_list(listing) if the market has nothing to "
                    f"add: {location_of(market.security_type)}",
                )

        for_any_listing(market, check)

    def test_a_listing_has_one_security_type(self, market: Market) -> None:
        """The rule is deterministic."""

        def check(listing: Listing) -> None:
            call_rule_again("security_type", market.security_type, listing)

        for_any_listing(market, check)

    def test_an_index_or_a_fund_is_no_common_stock(self, market: Market) -> None:
        """Someone who screens for companies must not get funds."""

        def check(listing: Listing) -> None:
            if listing.asset_type not in _NEVER_COMMON:
                return
            kind = call_rule("security_type", market.security_type, listing)
            if kind is SecurityType.COMMON:
                fail(
                    f"security_type returned common for {describe(listing)}",
                    "return type_from_list(listing) for all but AssetType.STOCK: "
                    f"{location_of(market.security_type)}",
                )

        for_any_listing(market, check)

    def test_every_listing_is_a_spac_or_not(self, market: Market) -> None:
        """The rule answers for every listing, always the same, with True or False."""

        def check(listing: Listing) -> None:
            said: Any = call_rule_again("is_spac", market.is_spac, listing)
            if not isinstance(said, bool):
                fail(
                    f"is_spac returned {said!r} for {describe(listing)}",
                    f"return True or False, with bool(…): {location_of(market.is_spac)}",
                )

        for_any_typed_listing(market, check)

    def test_every_listing_is_another_counter_or_not(self, market: Market) -> None:
        """As above. The share whose other counter it is comes from `issuer_tickers`."""

        def check(listing: Listing) -> None:
            said: Any = call_rule_again("is_counter", market.is_counter, listing)
            if not isinstance(said, bool):
                fail(
                    f"is_counter returned {said!r} for {describe(listing)}",
                    f"return True or False, with bool(…): {location_of(market.is_counter)}",
                )
            if said and not market.issuer_tickers(listing):
                fail(
                    f"is_counter returned True and issuer_tickers nothing for {describe(listing)}",
                    "return the ticker of the share whose other counter it is: "
                    f"{location_of(market.issuer_tickers)}",
                )

        for_any_typed_listing(market, check)

    def test_every_listing_has_tickers_of_its_issuer_or_none(self, market: Market) -> None:
        """The rule answers for every listing, always the same, with a tuple or list of texts."""
        rule = wraps(market.issuer_tickers)(lambda one: _hashable_tickers(market, one))

        def check(listing: Listing) -> None:
            said: Any = call_rule_again("issuer_tickers", rule, listing)
            if not isinstance(said, tuple) or not all(isinstance(one, str) for one in said):
                fail(
                    f"issuer_tickers returned {said!r} for {describe(listing)}",
                    f"return a tuple of tickers, or (): {location_of(market.issuer_tickers)}",
                )

        for_any_typed_listing(market, check)


def _hashable_tickers(market: Market, listing: Listing) -> Any:
    """Returns the rule's answer as a value that can be hashed."""
    said: Any = market.issuer_tickers(listing)
    return tuple(said) if isinstance(said, list | tuple) else repr(said)
