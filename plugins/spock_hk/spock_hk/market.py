"""Hong Kong: one venue, five-digit numbers, a lot of its own for every stock."""

from __future__ import annotations

import re

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list

_PREFERRED = re.compile(r"\bPREF\b|USDPREF|RMBPREF|우선주")
_REIT = re.compile(r"\bREIT\b|리츠")
_SPAC = re.compile(r"\bSPAC\b|\bACQ(UISITION)?\b")


def yahoo_symbol(listing: Listing) -> str | None:
    """Four digits at least: `00700` is `0700.HK`, `09988` is `9988.HK`."""
    number = listing.ticker
    return f"{number[1:] if len(number) == 5 and number[0] == '0' else number}.HK"


def security_type(listing: Listing) -> SecurityType:
    """Names tell preferred shares (`ICBC 20USDPREF`) and REITs."""
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    names = f"{listing.name or ''} {listing.name_local or ''}".upper()
    if _PREFERRED.search(names):
        return SecurityType.PREFERRED
    if _REIT.search(names):
        return SecurityType.REIT
    return type_from_list(listing)


def is_spac(listing: Listing) -> bool:
    """Whether the name is a blank-cheque company's and KIS has not classified it as a business."""
    unclassified = listing.kis_sector_code in (None, "000", "640")
    return unclassified and bool(_SPAC.search((listing.name or "").upper()))


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """A counter in renminbi has an 8 where that in Hong Kong dollars has a 0: `80700`, `00700`."""
    return (f"0{listing.ticker[1:]}",) if listing.ticker.startswith("8") else ()


MARKET = Market(
    region="HK",
    name="Hong Kong",
    priority=3,
    exchanges=(Exchange("XHKG", "Hong Kong", "HKD", "HKS", ("HKG",), ".HK", lot_size=100),),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    is_spac=is_spac,
    issuer_tickers=issuer_tickers,
)
