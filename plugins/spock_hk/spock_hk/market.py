"""Hong Kong: one venue, stock codes of five digits, a lot size for each stock."""

from __future__ import annotations

import re

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list
from spock_hk import short_names

_REAL_ESTATE = "630"
"""KIS's sector code of real estate, which no fund in KIS's list has."""
_REIT = re.compile(r"\bREIT\b|\bREAL ESTATE INVESTMENT TRUST\b|리츠")
_SPAC_WARRANT = re.compile(r"04[89]\d\d")
"""Stock codes of SPAC warrants. Those of the shares begin with 07 instead of 04."""
_MAX_LENGTH = 400
"""Characters of both names that are searched."""


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns the code with at least four digits: `00700` is `0700.HK`, `09988` is `9988.HK`."""
    number = listing.ticker
    return f"{number[1:] if len(number) == 5 and number[0] == '0' else number}.HK"


def security_type(listing: Listing) -> SecurityType:
    """Returns the type that HKEX's short name shows.

    KIS lists REITs as exchange-traded products of a kind that has other members too.
    """
    if listing.asset_type not in (AssetType.STOCK, AssetType.ETP):
        return type_from_list(listing)
    local = listing.name_local or ""
    if listing.asset_type is AssetType.STOCK:
        kind = short_names.special_type(listing.ticker, listing.name)
        if kind is not None:
            return kind
        if "우선주" in local:
            return SecurityType.PREFERRED
    elif listing.kis_sector_code == _REAL_ESTATE:
        return SecurityType.REIT
    is_reit = _REIT.search(f"{listing.name or ''} {local}"[:_MAX_LENGTH].upper())
    return SecurityType.REIT if is_reit else type_from_list(listing)


def is_spac(listing: Listing) -> bool:
    """Whether the short name has the mark of a SPAC, which HKEX removes after a merger."""
    return short_names.is_spac(listing.name)


def is_counter(listing: Listing) -> bool:
    """Whether it is a counter in renminbi, whose stock code begins with 8."""
    is_renminbi = listing.currency == "CNY" or short_names.RENMINBI in short_names.marks(
        listing.name
    )
    return is_renminbi and _hkd_counter(listing) is not None


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """Returns `00700` for the counter `80700`, and `07855` for the SPAC warrant `04855`."""
    number = listing.ticker
    if hkd_counter := _hkd_counter(listing):
        return (hkd_counter,)
    return (f"07{number[2:]}",) if _SPAC_WARRANT.fullmatch(number) else ()


def _hkd_counter(listing: Listing) -> str | None:
    """Returns the code of the counter in Hong Kong dollars: both have the same last four digits."""
    number = listing.ticker
    return f"0{number[1:]}" if len(number) == 5 and number[0] == "8" else None


MARKET = Market(
    region="HK",
    name="Hong Kong",
    priority=3,
    exchanges=(
        Exchange(
            "XHKG",
            "Hong Kong",
            "HKD",
            "HKS",
            ("HKG",),
            ".HK",
            lot_size=100,
            aliases=("HKEX", "SEHK"),
        ),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    is_spac=is_spac,
    issuer_tickers=issuer_tickers,
    is_counter=is_counter,
    reliability={"kis": 0.99},  # of 130 stocks, see benchmarks/confidences
)
