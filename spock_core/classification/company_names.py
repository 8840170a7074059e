"""Extracts the name of the company from the name of a security, in a form that can be compared.

The patterns and abbreviations were collected from KIS's master files. These cut English names at
about 60 characters, put the words that describe the security after the issuer's name, and give
local names in Korean.
"""

from __future__ import annotations

import re

from spock_core.domain.text import unaccented

_SECURITY = re.compile(
    r"(?:\s\(?|\(|-(?=CL|AD[RS]\b|SPO))"
    r"(?=\$?\d+([./]\d+)?\s?%|\d+(\.\d+)? (PREF|PFD|CNV)|\d+USDPREF"
    r"|UNITS?\b|C/?WTS?\b|WARRANTS?\b|RIGHTS?\b|(SPO?NS?D? )?AD[RS]\b|DEP(OSITARY)? |DP "
    r"|NON[- ]?CUM|NCUM|CUM(ULATIVE)? |PFDS?\b|PREF(ERRED)?\b|PRFD?\b|PREFD|PERP |RED PFD"
    r"|SER(IES)? [A-Z]\b|CL(ASS)? [A-Z]\b|SNR?\b|SENIOR\b|NOTES?\b|NTS?\b|JNR?\b|JR\b|JUNIOR\b"
    r"|SUB\b|SUBORD|DEBS?\b|FXD\b|FIX(ED)?\b|FLTG\b|EFFE\b|DUE\b|MRTG\b|1ST MTG"
    r"|PO?ST (REV|SPL?I?T)|REV(ERSE)? SP|[PR]/S\b"
    r"|(COM(MON)?|ORD(INARY)?)( SHS| SHARES| STK| STOCK)? (NPV|NEW|PAR|[A-Z]{3}\d))"
)
"""The start of the words that describe the security; the text before is the issuer's name."""
_LOCAL_SECURITY = re.compile(
    r" (우선주|유닛|서브유닛|콜 워런트|워런트|[가-힣]*채권|[A-Z]주?$|PREFERRED)|\(|[A-Z]주$"
)
"""The same in Korean: preferred, unit, sub-unit, call warrant, warrant, bond, share class."""
_MARKS = re.compile(r"(-([SWBPZRT]{1,3}|DRS?|PF|OLD|NEW))+$")
"""Suffixes of HKEX's stock short names, such as `-R` for a counter in renminbi and `-W` for unequal
voting rights. They come and go while the company stays the same."""
LEGAL_FORMS = frozenset(
    (
        *("AB", "AG", "ASA", "BHD", "CO", "COMPANIES", "COMPANY", "CORP", "CORPORATION", "DEL"),
        *("INC", "INCORPORATED", "KK", "LIMITED", "LLC", "LP", "LTD", "NEW", "NV", "OHIO", "PLC"),
        *("SA", "SE", "THE", "TR", "TRUST"),
    )
)
_LONG_FORMS = {
    "ACQ": "ACQUISITION",
    "AMER": "AMERICA",
    "BANCORPORATION": "BANCORP",
    "BK": "BANK",
    "COMMUN": "COMMUNICATIONS",
    "ENTMT": "ENTERTAINMENT",
    "FD": "FUND",
    "FINL": "FINANCIAL",
    "GP": "GROUP",
    "GRP": "GROUP",
    "HLDG": "HOLDINGS",
    "HLDGS": "HOLDINGS",
    "HOLDING": "HOLDINGS",
    "INTL": "INTERNATIONAL",
    "INVT": "INVESTMENT",
    "INVTS": "INVESTMENTS",
    "MTG": "MORTGAGE",
    "PAC": "PACIFIC",
    "PPTY": "PROPERTY",
    "PPTYS": "PROPERTIES",
    "RLTY": "REALTY",
    "SECD": "SECURED",
    "SVCS": "SERVICES",
    "SYS": "SYSTEMS",
    "TECH": "TECHNOLOGY",
}
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z]\b)")
_NOT_A_WORD = re.compile(r"[^A-Z0-9&]+")


def company(name: str | None) -> str:
    """Returns the company of an English name, in capitals.

    Words that describe the security and legal forms are removed, abbreviations are spelled out.
    """
    return " ".join(words_of(issuer_text(name)))


def issuer_text(name: str | None) -> str:
    """Returns the text of an English name before the words that describe the security."""
    text = unaccented(name or "").upper()
    match = _SECURITY.search(text)
    return text[: match.start()] if match else text


def words_of(name: str | None) -> list[str]:
    """Returns the words of an English name, in capitals and with abbreviations spelled out.

    Legal forms are removed, unless the name consists of nothing else.
    """
    text = _MARKS.sub("", unaccented(name or "").upper().strip())
    words = _NOT_A_WORD.sub(" ", _INITIALS.sub(r"\1", text)).split()
    significant = [_LONG_FORMS.get(word, word) for word in words if word not in LEGAL_FORMS]
    return significant or words


def local_company(name: str | None) -> str:
    """Returns the company of a local name, without the words that describe the security."""
    text = name or ""
    match = _LOCAL_SECURITY.search(text)
    return (text[: match.start()] if match else text).strip()
