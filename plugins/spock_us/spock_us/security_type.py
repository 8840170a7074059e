"""What a US listing is, told by its symbol and by the words that KIS puts into names.

KIS lists preferred shares, units, rights, warrants and exchange-listed notes as stocks (type 2).
The English name is cut at about 60 characters, so the Korean name, which is not, is read as well.
"""

from __future__ import annotations

import re

from spock_core import AssetType, Listing, SecurityType, type_from_list

_RECEIPT = re.compile(
    r"\bSPO?NS?D?\.? AD[RS]\b|\bAD[RS]S?\b.{0,5}\b(EACH|EA|REPR?S?T?G?|RP)\b|\bAMERICAN DEPOSITARY"
)
_WARRANT = re.compile(r"\bC/WTS?\b|\bWARRANTS?\b|\bWTS\b(?!.*\bUNIT)")
_UNIT = re.compile(r"\bUNITS?\b ?\(?\d|\b(CORP|CORPORATE|EQUITY|TANGIBLE EQUITY) UNITS?\b|\bUNITS$")
_RIGHT = re.compile(r"\bRIGHTS?\b|\bRTS\b")
_NOTE = re.compile(
    r"\b(NOTES?|NTS?|DEBS?|DEBENTURES?|BDS?|BONDS?|SR NT|SUBORD|SUB DEB|SNR|SENIOR)\b.*(\d|DUE)"
    r"|%.*\b(NOTES?|NTS|DEBS?|DEBENTURES?|BDS|BONDS?|SENIOR|SUBORD|SNR|SUB)\b"
    r"|\b(JUNIOR|JR) SUB"
)
_PREFERRED = re.compile(
    r"\b(PFDS?|PRFS?|PREFS?|PREFERRED|PREFERENCE|PRP|PREFD)\b"
    r"|\bD(EP|P) (SHS?|SHARES?|REP)\b|\bDEPOSITARY SH"
    r"|\b(NON[- ]?CUM|CUM(ULATIVE)? (RED|PERP|CONV|PUR))"
)
_BLANK_CHEQUE = re.compile(
    r"\bACQUISITIONS?\b|\bACQ\b|\bACQUISI?T?I?O?N? ?C(OR)?P\b|\bSPAC\b|\bBLANK CHE"
    r"|\b(MERGER|BUSINESS COMBINATION) (CORP|CO)\b"
)
_NOT_CLASSIFIED = (None, "000", "640")
"""KIS has no code for blank-cheque companies and gives an operating company one."""


def security_type(listing: Listing) -> SecurityType:
    """The kind of security. First match wins: a receipt for a preferred share is a receipt."""
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    name = (listing.name or "").upper()
    local = listing.name_local or ""
    root, slash, suffix = listing.ticker.partition("/")
    if _RECEIPT.search(name) or "(ADR)" in local or listing.is_depositary_receipt:
        return SecurityType.DEPOSITARY_RECEIPT
    if suffix in ("WS", "WT") or _WARRANT.search(name) or "워런트" in local:
        return SecurityType.WARRANT
    if "우선주" in local:
        return SecurityType.PREFERRED
    if suffix == "UN" or _UNIT.search(name) or "유닛" in local:
        return SecurityType.UNIT
    if _PREFERRED.search(name) or (slash and not suffix):
        return SecurityType.PREFERRED
    if "채권" in local or _NOTE.search(name):
        return SecurityType.NOTE
    if _RIGHT.search(name) or suffix in ("RT", "RI"):
        return SecurityType.RIGHT
    if slash and "%" in name:
        return SecurityType.PREFERRED
    return SecurityType.COMMON


def is_spac(listing: Listing) -> bool:
    """Whether the name is a blank-cheque company's and KIS has not classified it as a business."""
    if listing.kis_sector_code not in _NOT_CLASSIFIED:
        return False
    name = (listing.name or "").upper()
    if security_type(listing) is SecurityType.WARRANT and "ACQ" not in name:
        return False
    return bool(_BLANK_CHEQUE.search(name)) or "애퀴지션" in (listing.name_local or "")
