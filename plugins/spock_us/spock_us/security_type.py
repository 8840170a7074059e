"""Determines the security type of US listings by their symbols and by words in KIS's names.

KIS lists preferred shares, units, rights, warrants and exchange-listed notes as stocks (type 2).
English names are cut at about 60 characters and Korean names are not, so both are searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from spock_core import AssetType, Listing, SecurityType, type_from_list

_RECEIPT = re.compile(
    r"\bSPO?NS?D?\.? AD[RS]\b|\bAD[RS]S?\b.{0,5}\b(EACH|EA|REPR?S?T?G?|RP)\b|\bAMERICAN DEPOSITARY"
)
_WARRANT = re.compile(r"\bC/WTS?\b|\bWARRANTS?\b|\bWTS\b(?!.*\bUNIT)")
_UNIT = re.compile(
    r"\bUNITS?\b ?\(?\d|\b(CORP|CORPORATE|EQUITY|TANGIBLE EQUITY) UNITS?\b"
    r"|(?<!\bCOM )(?<!\bCOMMON )(?<!\bLP )\bUNITS$"
)
"""Units of shares and warrants. Common units are the shares of a partnership."""
_RIGHT = re.compile(r"(?<!^)\b(RIGHTS?|RTS)\b")
_NOTE = re.compile(
    r"\b(NOTES?|NTS?|DEBS?|DEBENTURES?|BDS?|BONDS?|SR NT|SUBORD|SUB DEB|SNR|SENIOR)\b.*(\d|DUE)"
    r"|%.*\b(NOTES?|NTS|DEBS?|DEBENTURES?|BDS|BONDS?|SENIOR|SUBORD|SNR|SUB)\b"
    r"|\b(JUNIOR|JR) SUB"
)
_CORPORATE_UNIT = re.compile(r"\b(CORP|CORPORATE|TANGIBLE EQUITY) UNITS?\b")
_CERTIFICATE = re.compile(r"\bTR(UST)? (CERTIFICATES?|CTFS?|SECS)\b")
_DATED = re.compile(r"\b(PREF|PRFD?|PFD)\b.*\b\d{1,2}/\d{1,2}/\d{2,4}\b")
_NOT_DATED_DEBT = re.compile(r"\b(TRUST|TR|CAP|CAPITAL|SER|SERIES|SR|CUM|TERM|CNV|CON)\b")
_REGISTRY = re.compile(r"\b(NY|NEW YORK) REG(ISTRY|D)?\b")
_PREFERRED_UNIT = re.compile(r"\b(PFD|PRF|PREF) UNITS?\b")
_PREFERRED = re.compile(
    r"(?<!^)\b(PFDS?|PRFS?|PREFS?|PREFERRED|PREFERENCE|PRP|PREFD)\b"
    r"|\bD(EP|P) (SHS?|SHARES?|REP)\b|\bDEPOSITARY SH"
    r"|\b(NON[- ]?CUM|CUM(ULATIVE)? (RED|PERP|CONV|PUR))"
)
_BLANK_CHEQUE = re.compile(
    r"\bACQUISITIONS?\b|\bACQ\b|\bACQUISI?T?I?O?N? ?C(OR)?P\b|\bSPAC\b|\bBLANK CHE"
    r"|\b(MERGER|BUSINESS COMBINATION) (CORP|CO)\b"
)
_SHARE_AND_WARRANT = re.compile(r"\bUNITS?\b.*\b1 (CL|COM|ORD|SHS?)\b.*[&/+].*\b(R?WTS?|RTS?)\b")
_LONGEST = 200
"""Characters of a name that are searched, so that no pattern takes long."""
_NOT_CLASSIFIED = (None, "000", "640")
"""KIS sector codes of a blank-cheque company; every other code is that of a business."""


class _Words(NamedTuple):
    """The parts of a listing that the rules look at."""

    name: str
    local: str
    slash: bool
    suffix: str
    """The part of the symbol after the slash."""
    fifth: str
    """The fifth letter of a symbol without a slash, with which Nasdaq marks what is not a share."""


_RULES: tuple[tuple[SecurityType, Callable[[_Words], object]], ...] = (
    # The first match wins. KIS's flag for receipts is not used: the names show all receipts that it
    # marks, except for two companies (CRH, ICON) that list ordinary shares by now. A receipt for a
    # preferred share is a receipt. KIS's Korean word for preferred shares is more reliable than the
    # English ones, but a "preferred A unit" is a unit. New York registry shares are common shares.
    (
        SecurityType.DEPOSITARY_RECEIPT,
        lambda w: ("(ADR)" in w.local or _RECEIPT.search(w.name)) and not _REGISTRY.search(w.name),
    ),
    (
        SecurityType.WARRANT,
        lambda w: w.suffix in ("WS", "WT") or "워런트" in w.local or _WARRANT.search(w.name),
    ),
    (SecurityType.UNIT, lambda w: _CORPORATE_UNIT.search(w.name)),
    # With a date of repayment, and neither a series nor of a trust, it is a subordinated debenture.
    (SecurityType.NOTE, lambda w: _DATED.search(w.name) and not _NOT_DATED_DEBT.search(w.name)),
    (SecurityType.PREFERRED, lambda w: "우선주" in w.local and not w.local.endswith("유닛")),
    (SecurityType.PREFERRED, lambda w: _PREFERRED_UNIT.search(w.name) or " PREFERRED" in w.local),
    (
        SecurityType.UNIT,
        lambda w: (
            w.suffix == "UN"
            or "유닛" in w.local
            or _UNIT.search(w.name)
            or (w.fifth == "U" and _BLANK_CHEQUE.search(w.name))
        ),
    ),
    (
        SecurityType.PREFERRED,
        lambda w: (w.slash and not w.suffix) or _PREFERRED.search(w.name),
    ),
    (SecurityType.NOTE, lambda w: "채권" in w.local or _NOTE.search(w.name)),
    (
        SecurityType.RIGHT,
        lambda w: w.suffix in ("RT", "RI") or "신주인수권" in w.local or _RIGHT.search(w.name),
    ),
    (SecurityType.PREFERRED, lambda w: w.slash and "%" in w.name),
    (SecurityType.NOTE, lambda w: _CERTIFICATE.search(w.name)),
)


def security_type(listing: Listing) -> SecurityType:
    """Returns the security type."""
    if listing.asset_type is not AssetType.STOCK:
        return type_from_list(listing)
    _, slash, suffix = listing.ticker.partition("/")
    words = _Words(
        name=(listing.name or "")[:_LONGEST].upper(),
        local=(listing.name_local or "")[:_LONGEST],
        slash=bool(slash),
        suffix=suffix,
        fifth="" if slash else listing.ticker[4:],
    )
    return next((kind for kind, fits in _RULES if fits(words)), SecurityType.COMMON)


def is_spac(listing: Listing) -> bool:
    """Whether it is issued by a blank-cheque company: its name says so, or it is a unit of shares
    and warrants. A company with the KIS sector code of a business is not one, whatever its name.
    """
    if listing.kis_sector_code not in _NOT_CLASSIFIED:
        return False
    name = (listing.name or "")[:_LONGEST].upper()
    if _BLANK_CHEQUE.search(name) or "애퀴지션" in (listing.name_local or ""):
        return True
    return bool(_SHARE_AND_WARRANT.search(name))
