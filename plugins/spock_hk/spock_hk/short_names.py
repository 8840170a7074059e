"""HKEX's stock short names: the name of the company, followed by marks of the security.

Sources: HKEX's *Naming Conventions of Stock Short Name by Product Types* and *Stock Code Allocation
Plan* (hkex.com.hk, Products, Securities). KIS's English names of Hong Kong listings are these short
names. A short name has at most 15 characters including the marks, so the company's name may be
abbreviated when it has one: `HANG SENG BANK` in renminbi is `HANGSENG BANK-R`.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from spock_core import SecurityType

SPAC, RENMINBI = "Z", "R"
RECEIPTS = frozenset(("DR", "HDR"))

MARKS = MappingProxyType(
    {
        "DR": "Hong Kong depositary receipts",
        "HDR": "the same",
        "SS": "stapled securities: a unit of a trust and a share of its company, traded as one",
        "RS": "restricted securities under US law",
        "PF": "significant public float shortfall (from 2026)",
        "OLD": "temporary counter during parallel trading",
        "NEW": "original counter during parallel trading",
        "S": "secondary listing",
        "W": "weighted voting rights",
        "B": "biotech company below the revenue of listing rule 8.05 (chapter 18A)",
        "P": "specialist technology company below the revenue of listing rule 18C.03",
        "Z": "shares of a special purpose acquisition company (chapter 18B)",
        "R": "counter in renminbi",
        "U": "counter in US dollars",
        "T": "admitted to trading only",
    }
)
"""Meanings of the marks. They follow a hyphen and may be combined: `-SWR` is S, W and R, `-DRS` is
DR and S. Longer marks come first, so that `-SS` is not S twice."""

_MARK = re.compile("|".join(MARKS))
_COMBINED = re.compile(rf"(?:{_MARK.pattern})+")
_LAST_PART = re.compile(r"-([A-Z]{1,4})$")
_WARRANT = re.compile(r" (?P<kind>[WZ])\d{2}(?:\d{2})?$")
"""The year, or year and month, of a warrant's expiry; Z for warrants of a SPAC, else W."""
_PREFERRED = re.compile(r"(?:\b|USD|RMB|CNY|EUR|HKD)PREF\d{0,2}\b")
_NIL_PAID = re.compile(r"RTS$")
_TEMPORARY = re.compile(r"029\d\d|839\d\d")
"""Stock codes of temporary counters, which include nil-paid rights."""
_MAX_LENGTH = 60
"""Characters of a name that are searched."""


def marks(name: str | None) -> frozenset[str]:
    """Returns the marks of a short name. Other hyphens (`CTG DUTY-FREE`) are not marks."""
    text, found = _text(name), set[str]()
    while (last := _LAST_PART.search(text)) and _COMBINED.fullmatch(last[1]):
        found.update(_MARK.findall(last[1]))
        text = text[: last.start()]
    return frozenset(found)


def special_type(ticker: str, name: str | None) -> SecurityType | None:
    """Returns the type that a short name shows, or None for that of an ordinary share.

    Examples: `ICBC 20USDPREF`, `FAST RETAIL-DRS`, `APAC RES W2712`, and `GREENHEART RTS` with the
    stock code of a temporary counter.
    """
    text = _text(name)
    if _PREFERRED.search(text):
        return SecurityType.PREFERRED
    if RECEIPTS & marks(name):
        return SecurityType.DEPOSITARY_RECEIPT
    if _WARRANT.search(text):
        return SecurityType.WARRANT
    if _TEMPORARY.fullmatch(ticker) and _NIL_PAID.search(text):
        return SecurityType.RIGHT
    return None


def is_spac(name: str | None) -> bool:
    """Whether it is the name of a SPAC's share (`TECHSTARACQ-Z`) or warrant (`TECHSTARACQ Z25`)."""
    warrant = _WARRANT.search(_text(name))
    return SPAC in marks(name) or (warrant is not None and warrant["kind"] == SPAC)


def _text(name: str | None) -> str:
    return (name or "")[:_MAX_LENGTH].upper().strip()
