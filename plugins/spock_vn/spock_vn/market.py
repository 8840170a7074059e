"""Vietnam: Ho Chi Minh City and Hanoi. Tickers are three letters or digits."""

from __future__ import annotations

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list


def yahoo_symbol(listing: Listing) -> str | None:
    """The ticker with `.VN`, for both exchanges."""
    return f"{listing.ticker}.VN"


def security_type(listing: Listing) -> SecurityType:
    """KIS calls some exchange-traded funds notes; their names tell."""
    if listing.asset_type is AssetType.ETN and "FUND" in (listing.name or ""):
        return SecurityType.FUND
    return type_from_list(listing)


MARKET = Market(
    region="VN",
    name="Vietnam",
    priority=5,
    exchanges=(
        Exchange("XSTC", "Ho Chi Minh City", "VND", "HSX", ("VSE",), ".VN", lot_size=100),
        Exchange("HSTC", "Hanoi", "VND", "HNX", ("VSE",), ".VN", lot_size=100),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
)
