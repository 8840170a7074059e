"""Japan: the Tokyo Stock Exchange. Four characters, the newer ones with a letter: `130A`."""

from __future__ import annotations

import re

from spock_core import (
    AssetType,
    Exchange,
    KisMeaning,
    Listing,
    Market,
    SecurityType,
    type_from_list,
)

_PREFERRED = re.compile(r"\bPREF(ERRED)?\b|\bCLASS SHARES\b")
_REIT = re.compile(
    r"\bREIT\b|\b(REALTY|ESTATE|RESIDENTIAL|OFFICE|PROPERTY|LOGISTICS) .*INVESTMENT CORP"
    r"|INVESTMENT CORPORATION$|\bINVESTMENTS INC|\bFUND INC\.?$"
)
_INFRASTRUCTURE = re.compile(r"\bINFRASTRUCTURE FUND\b|인프라")


def yahoo_symbol(listing: Listing) -> str | None:
    """The code with `.T`."""
    return f"{listing.ticker}.T"


def security_type(listing: Listing) -> SecurityType:
    """A fifth character marks a class of preferred shares; investment corporations are REITs,
    but for those that own power plants.
    """
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    name = (listing.name or "").upper()
    local = listing.name_local or ""
    if len(listing.ticker) == 5 or "우선주" in local or _PREFERRED.search(name):
        return SecurityType.PREFERRED
    if _INFRASTRUCTURE.search(f"{name} {local}"):
        return SecurityType.FUND
    if "리츠" in local or _REIT.search(name):
        return SecurityType.REIT
    return type_from_list(listing)


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """A fifth character stands behind the code of the issuer's shares: `94345` is 9434's."""
    return (listing.ticker[:4],) if len(listing.ticker) == 5 else ()


MARKET = Market(
    region="JP",
    name="Japan",
    priority=4,
    exchanges=(Exchange("XTKS", "Tokyo", "JPY", "TSE", ("JPX",), ".T", lot_size=100),),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    issuer_tickers=issuer_tickers,
    kis_meanings={
        "630": KisMeaning(
            "630", "Real estate", "60", 0.90, "a few resort and hotel groups are Discretionary"
        ),
        "720": KisMeaning(
            "720",
            "Software and services",
            "45",
            0.60,
            "game makers and internet media (Communication Services) are here",
        ),
    },
)
