"""What a Tokyo listing is, told by its code and its names.

The Tokyo Stock Exchange lists REITs and infrastructure funds in one segment. Both are investment
corporations (of the Act on Investment Trusts and Investment Corporations), most have that word in
their name, and KIS's Korean name of most REITs ends in the word for REIT.
"""

from __future__ import annotations

import re

from spock_core import AssetType, Listing, SecurityType, type_from_list

_PREFERRED = re.compile(r"\bPREF(ERRED)?\b|\bCLASS SHARES\b")
_COOPERATIVE_BANK = re.compile(r"\bSHINKIN\b")
"""Cooperative banks have members in place of shareholders: what they list is preferred equity."""
_RECEIPT = re.compile(r"\bJDRS?\b")
_INVESTMENT_CORPORATION = re.compile(
    r"\bJ?REIT\b|\bINVESTMENT CORP(ORATION)?\b|\b(INVESTMENTS|FUND),? INC\b|리츠|투자법인"
)
_INFRASTRUCTURE = re.compile(r"\bINFRASTRUCTURE\b|인프라")
_INDUSTRIAL_PROPERTY = re.compile(r"\bINDUSTRIAL (&|AND) INFRASTRUCTURE\b")
"""Warehouses, factories and research sites: real estate, whatever is called infrastructure."""
_LONGEST = 200
"""Characters of a name that are read."""


def security_type(listing: Listing) -> SecurityType:
    """A fifth character marks a class of preferred shares; investment corporations are REITs, but
    for those that own power plants.
    """
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    name = (listing.name or "")[:_LONGEST].upper()
    local = (listing.name_local or "")[:_LONGEST].upper()
    names = f"{name} {local}"
    if len(listing.ticker) == 5 or "우선주" in local or _PREFERRED.search(name):
        return SecurityType.PREFERRED
    if _COOPERATIVE_BANK.search(name):
        return SecurityType.PREFERRED
    if _RECEIPT.search(names):
        return SecurityType.DEPOSITARY_RECEIPT
    if _INVESTMENT_CORPORATION.search(names):
        is_fund = _INFRASTRUCTURE.search(names) and not _INDUSTRIAL_PROPERTY.search(name)
        return SecurityType.FUND if is_fund else SecurityType.REIT
    return type_from_list(listing)
