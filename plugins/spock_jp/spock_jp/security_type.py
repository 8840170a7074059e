"""Determines the security type of Tokyo listings by their codes and names.

The Tokyo Stock Exchange has REITs and infrastructure funds in one market segment. Both are
investment corporations under the Act on Investment Trusts and Investment Corporations, and most
English names say so; KIS's Korean names of most REITs end with the Korean word for REIT.
"""

from __future__ import annotations

import re

from spock_core import AssetType, Listing, SecurityType, type_from_list

_PREFERRED = re.compile(r"\bPREF(ERRED)?\b|\bCLASS SHARES\b|\bSHINKIN\b|우선주")
"""Shinkin (cooperative) banks have members instead of shareholders, and list preferred equity."""
_RECEIPT = re.compile(r"\bJDRS?\b")
_INVESTMENT_CORPORATION = re.compile(
    r"\bJ?REIT\b|\bINVESTMENT CORP(ORATION)?\b|\b(INVESTMENTS|FUND),? INC\b|리츠|투자법인"
)
_INFRASTRUCTURE = re.compile(r"\bINFRASTRUCTURE\b|인프라")
_INDUSTRIAL_PROPERTY = re.compile(r"\bINDUSTRIAL (&|AND) INFRASTRUCTURE\b")
"""Warehouses, factories and research sites, which are real estate."""
_MAX_LENGTH = 200
"""Characters of a name that are searched."""


def security_type(listing: Listing) -> SecurityType:
    """Returns the type. A fifth character of the code marks a class of preferred shares."""
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    name = (listing.name or "")[:_MAX_LENGTH].upper()
    names = f"{name} {(listing.name_local or '')[:_MAX_LENGTH].upper()}"
    if len(listing.ticker) == 5 or _PREFERRED.search(names):
        return SecurityType.PREFERRED
    if _RECEIPT.search(names):
        return SecurityType.DEPOSITARY_RECEIPT
    if _INVESTMENT_CORPORATION.search(names):
        is_fund = _INFRASTRUCTURE.search(names) and not _INDUSTRIAL_PROPERTY.search(name)
        return SecurityType.FUND if is_fund else SecurityType.REIT
    return type_from_list(listing)
