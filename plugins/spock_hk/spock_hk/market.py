"""Hong Kong: one venue, five-digit numbers, a lot of its own for every stock."""

from __future__ import annotations

import re

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list
from spock_hk import short_names

_REAL_ESTATE = "630"
"""KIS's code; no fund in the list has it."""
_REIT = re.compile(r"\bREIT\b|\bREAL ESTATE INVESTMENT TRUST\b|리츠")
_SPAC_WARRANT = re.compile(r"04[89]\d\d")
"""Stock codes of SPACs' warrants; their shares have 07 in place of 04."""
_LONGEST = 400
"""Characters of both names that are read."""


def yahoo_symbol(listing: Listing) -> str | None:
    """Four digits at least: `00700` is `0700.HK`, `09988` is `9988.HK`."""
    number = listing.ticker
    return f"{number[1:] if len(number) == 5 and number[0] == '0' else number}.HK"


def security_type(listing: Listing) -> SecurityType:
    """HKEX's short names tell all that is no ordinary share.

    KIS lists REITs as exchange-traded products of another kind; funds have no sector code.
    """
    if listing.asset_type not in (AssetType.STOCK, AssetType.ETP):
        return type_from_list(listing)
    local = listing.name_local or ""
    if listing.asset_type is AssetType.STOCK:
        kind = short_names.kind(listing.ticker, listing.name)
        if kind is not None:
            return kind
        if "우선주" in local:
            return SecurityType.PREFERRED
    elif listing.kis_sector_code == _REAL_ESTATE:
        return SecurityType.REIT
    is_reit = _REIT.search(f"{listing.name or ''} {local}"[:_LONGEST].upper())
    return SecurityType.REIT if is_reit else type_from_list(listing)


def is_spac(listing: Listing) -> bool:
    """Whether the short name has the mark that HKEX gives blank-cheque companies and takes from
    them when they merge.
    """
    return short_names.is_spac(listing.name)


def is_counter(listing: Listing) -> bool:
    """Whether it is the counter in renminbi of a share that trades in Hong Kong dollars too."""
    in_renminbi = listing.currency == "CNY" or short_names.RENMINBI in short_names.marks(
        listing.name
    )
    return in_renminbi and bool(issuer_tickers(listing))


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """A counter in renminbi has an 8 where that in Hong Kong dollars has a 0 (`80700`, `00700`), a
    SPAC's warrant 04 where its share has 07 (`04855`, `07855`).
    """
    number = listing.ticker
    if len(number) == 5 and number[0] == "8":
        return (f"0{number[1:]}",)
    if _SPAC_WARRANT.fullmatch(number):
        return (f"07{number[2:]}",)
    return ()


MARKET = Market(
    region="HK",
    name="Hong Kong",
    priority=3,
    exchanges=(Exchange("XHKG", "Hong Kong", "HKD", "HKS", ("HKG",), ".HK", lot_size=100),),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    is_spac=is_spac,
    issuer_tickers=issuer_tickers,
    is_counter=is_counter,
)
