"""HKEX's stock short names: the company, and behind it the marks of what is listed.

The exchange publishes its conventions as *Naming Conventions of Stock Short Name by Product Types*
and *Stock Code Allocation Plan*. KIS's English names of Hong Kong's listings are these short names.
A name has at most 15 characters with its marks, so a marked one may be shorter than the plain one:
`HANG SENG BANK` is `HANGSENG BANK-R` in renminbi.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from spock_core import SecurityType

SPAC, RENMINBI = "Z", "R"
RECEIPTS = frozenset(("DR", "HDR"))

MARKS = MappingProxyType(
    {
        "DR": "Hong Kong depositary receipts; with S behind, of an issuer listed elsewhere first",
        "HDR": "the same",
        "SS": "stapled securities: a trust's unit and its company's share that trade as one",
        "RS": "restricted securities under United States law",
        "PF": "less in public hands than the listing rules ask for, from 2026 on",
        "OLD": "the temporary counter while two counters trade side by side",
        "NEW": "the original counter meanwhile",
        "S": "secondary listing",
        "W": "weighted voting rights",
        "B": "biotech without the revenue of rule 8.05 (chapter 18A)",
        "P": "specialist technology without the revenue of rule 18C.03",
        "Z": "shares of a special purpose acquisition company (chapter 18B)",
        "R": "counter in renminbi",
        "U": "counter in US dollars",
        "T": "admitted to trading only",
    }
)
"""What stands behind the last hyphens of a name, alone or joined: `SWR` is S, W and R. Longer marks
come first, so that `SS` is not twice S."""

_MARK = re.compile("|".join(MARKS))
_JOINED = re.compile(rf"(?:{_MARK.pattern})+")
_LAST_WORD = re.compile(r"-([A-Z]{1,4})$")
_WARRANT = re.compile(r" (?P<kind>[WZ])\d{2}(?:\d{2})?$")
"""Warrants name the year of expiry, or year and month: W of a company, Z of a SPAC."""
_PREFERRED = re.compile(r"(?:\b|USD|RMB|CNY|EUR|HKD)PREF\d{0,2}\b")
"""Preference shares of banks name year and currency: `ICBC 20USDPREF`, `CINDA 21USDPREF`."""
_NIL_PAID = re.compile(r"RTS$")
_TEMPORARY = re.compile(r"029\d\d|839\d\d")
"""Stock codes of temporary counters, nil-paid rights among them."""
_LONGEST = 60
"""Characters of a name that are read."""


def marks(name: str | None) -> frozenset[str]:
    """The marks behind a short name; none of a name that only has a hyphen (`CTG DUTY-FREE`)."""
    text, found = _text(name), set[str]()
    while (last := _LAST_WORD.search(text)) and _JOINED.fullmatch(last[1]):
        found.update(_MARK.findall(last[1]))
        text = text[: last.start()]
    return frozenset(found)


def kind(ticker: str, name: str | None) -> SecurityType | None:
    """What a name says that no ordinary share's does: `ICBC 20USDPREF`, `FAST RETAIL-DRS`,
    `APAC RES W2712`, `GREENHEART RTS` under a temporary counter's code. None where it says nothing.
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
    """Whether the name is a SPAC's share or warrant: `TECHSTARACQ-Z`, `TECHSTARACQ Z25`."""
    warrant = _WARRANT.search(_text(name))
    return SPAC in marks(name) or (warrant is not None and warrant["kind"] == SPAC)


def _text(name: str | None) -> str:
    return (name or "")[:_LONGEST].upper().strip()
