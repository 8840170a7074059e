"""Made-up directories of symbols of Nasdaq, for the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core import AssetType, Listing, SecurityType
from spock_us.nasdaq_trader import NASDAQ, OTHERS, SUFFIXES

_DESCRIPTIONS = {
    SecurityType.COMMON: "Common Stock",
    SecurityType.PREFERRED: "6.00% Series A Cumulative Preferred Stock",
    SecurityType.DEPOSITARY_RECEIPT: "American Depositary Shares, each representing two shares",
    SecurityType.UNIT: "Units, each consisting of one share and one warrant",
    SecurityType.WARRANT: "Warrants",
    SecurityType.RIGHT: "Rights",
    SecurityType.NOTE: "6.50% Senior Notes due 2058",
    SecurityType.FUND: "ETF",
}
_EXCHANGES = {"XNYS": "N", "XASE": "A"}
_FOOTER = "File Creation Time: 0530202521:31"


def nasdaq_tables(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns both directories, with a test issue in each."""
    own = [
        "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF"
        "|NextShares",
        "ZVZZT|NASDAQ TEST STOCK|G|Y|N|100||N",
    ]
    others = [
        "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ Symbol",
        "NTEST|NYSE Tick Pilot Test|N|NTEST|N|100|Y|NTEST",
    ]
    for listing in businesses:
        kind = listing.security_type or SecurityType.COMMON
        name = f"{(listing.name or '').title()} - {_DESCRIPTIONS.get(kind, 'Common Stock')}"
        etf = "N" if listing.asset_type is AssetType.STOCK else "Y"
        symbol = _symbol(listing.ticker, kind)
        if listing.exchange in _EXCHANGES:
            venue = _EXCHANGES[listing.exchange]
            others.append(f"{symbol}|{name}|{venue}|{symbol}|{etf}|100|N|{symbol}")
        else:
            own.append(f"{symbol}|{name}|Q|N|N|100|{etf}|N")
    return {
        NASDAQ: "\r\n".join((*own, _FOOTER + "|" * 7, "")).encode(),
        OTHERS: "\r\n".join((*others, _FOOTER + "|" * 7, "")).encode(),
    }


def _symbol(ticker: str, kind: SecurityType) -> str:
    """The ACT symbol of a ticker of KIS."""
    root, slash, suffix = ticker.partition("/")
    if not slash:
        return root
    for letter, (_, written) in SUFFIXES.items():
        if suffix in written:
            return f"{root}.{letter}"
    return f"{root}{'$' if kind is SecurityType.PREFERRED else '.'}{suffix}"
