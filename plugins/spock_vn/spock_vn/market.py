"""Vietnam: Ho Chi Minh City and Hanoi. Tickers of stocks have three letters or digits."""

from __future__ import annotations

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns the ticker with `.VN`, the suffix of both exchanges."""
    return f"{listing.ticker}.VN"


def security_type(listing: Listing) -> SecurityType:
    """Returns a fund for a note whose name says so: KIS lists some funds as notes."""
    if listing.asset_type is AssetType.ETN and "FUND" in (listing.name or ""):
        return SecurityType.FUND
    return type_from_list(listing)


MARKET = Market(
    region="VN",
    name="Vietnam",
    priority=5,
    exchanges=(
        Exchange(
            "XSTC",
            "Ho Chi Minh City",
            "VND",
            "HSX",
            ("VSE",),
            ".VN",
            lot_size=100,
            aliases=("HOSE",),
        ),
        Exchange("HSTC", "Hanoi", "VND", "HNX", ("VSE",), ".VN", lot_size=100),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
)
