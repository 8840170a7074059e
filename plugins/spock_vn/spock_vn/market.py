"""Vietnam: Ho Chi Minh City and Hanoi. Tickers are three letters or digits."""

from __future__ import annotations

from spock_core import Exchange, Listing, Market


def yahoo_symbol(listing: Listing) -> str | None:
    """The ticker with `.VN`, for both exchanges."""
    return f"{listing.ticker}.VN"


MARKET = Market(
    region="VN",
    name="Vietnam",
    priority=5,
    exchanges=(
        Exchange("XSTC", "Ho Chi Minh City", "VND", "HSX", ("VSE",), ".VN", lot_size=100),
        Exchange("HSTC", "Hanoi", "VND", "HNX", ("VSE",), ".VN", lot_size=100),
    ),
    yahoo_symbol=yahoo_symbol,
)
