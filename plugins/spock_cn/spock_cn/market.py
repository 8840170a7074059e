"""Mainland China: Shanghai and Shenzhen, each with one list of stocks and one of indices."""

from __future__ import annotations

from spock_core import (
    AssetType,
    Exchange,
    Judgement,
    Listing,
    Market,
    SecurityType,
    type_from_list,
)

_SHANGHAI_INDICES = "SHI"
_SHENZHEN_INDICES = "SZI"
_SHANGHAI = ("SH", "SSE", "SHA")
_SHENZHEN = ("SZ", "SZSE", "SHE")
"""Codes of the exchanges themselves, of Chinese data vendors, and of Google Finance."""
_SUFFIXES = {"XSHG": ".SS", "XSHE": ".SZ"}


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns the number with `.SS` or `.SZ` by exchange; the first digit does not determine it."""
    number = listing.ticker.removeprefix(_SHANGHAI_INDICES).removeprefix(_SHENZHEN_INDICES)
    return number + _SUFFIXES[listing.exchange]


def security_type(listing: Listing) -> SecurityType:
    """Returns the type that Shanghai's number tells, if KIS lists it as a stock: from 500000 on a
    fund, and from 689000 on a Chinese depositary receipt (the exchange's rules for the allocation
    of securities codes)."""
    if listing.asset_type is AssetType.STOCK and listing.exchange == "XSHG":
        if listing.ticker.startswith("5"):
            return SecurityType.FUND
        if listing.ticker.startswith("689"):
            return SecurityType.DEPOSITARY_RECEIPT
    return type_from_list(listing)


MARKET = Market(
    region="CN",
    name="China",
    priority=2,
    exchanges=(
        Exchange(
            "XSHG", "Shanghai", "CNY", "SHS", ("SHH",), ".SS", lot_size=100, aliases=_SHANGHAI
        ),
        Exchange(
            "XSHE", "Shenzhen", "CNY", "SZS", ("SHZ",), ".SZ", lot_size=100, aliases=_SHENZHEN
        ),
        Exchange(
            "XSHG", "Shanghai indices", "CNY", "SHI", (), ".SS", ticker_prefix=_SHANGHAI_INDICES
        ),
        Exchange(
            "XSHE", "Shenzhen indices", "CNY", "SZI", (), ".SZ", ticker_prefix=_SHENZHEN_INDICES
        ),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    reliability={
        "kis": 0.95,
        "yfinance": 0.97,
    },  # of 147 and 132 stocks, see benchmarks/confidences
    judgements=(
        Judgement(
            ("230", "Electronic Components"),
            "452030",
            0.85,
            "KIS counts China's assemblers of electronics with machinery",
        ),
    ),
)
