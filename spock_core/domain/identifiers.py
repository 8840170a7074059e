"""Identifiers of listings and their issuers: schemes, check digits, and their standard form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

SCHEMES = MappingProxyType(
    {
        "ISIN": "of the security, ISO 6166",
        "FIGI": "of the security at its venue, OpenFIGI",
        "LEI": "of the issuer, ISO 17442",
        "CIK": "of the issuer, SEC",
        "SEDOL": "of the security at its venue, London Stock Exchange",
        "CUSIP": "of the security, in North America",
    }
)
"""What each scheme identifies, and whose it is."""
_FIGI = re.compile(r"[B-DF-HJ-NP-TV-Z]{2}G[B-DF-HJ-NP-TV-Z0-9]{8}\d")
_CIK = re.compile(r"(CIK)?0*(\d{1,10})")


def identifier(scheme: str, text: str) -> str | None:
    """Returns an identifier in its standard form, or None if it is none of this scheme.

    Check digits are verified. A CIK has none: it is returned without leading zeros. Raises
    `KeyError` for an unknown scheme.
    """
    word = "".join(text.split()).upper()
    if scheme not in SCHEMES:
        raise KeyError(scheme)
    if scheme == "CIK":
        match = _CIK.fullmatch(word)
        return match[2] if match and int(match[2]) else None
    if scheme == "FIGI":
        return word if _FIGI.fullmatch(word) and _figi_check_digit(word) == word[-1] else None
    from stdnum import cusip, isin, lei
    from stdnum.exceptions import ValidationError
    from stdnum.gb import sedol

    module = {"ISIN": isin, "LEI": lei, "CUSIP": cusip, "SEDOL": sedol}[scheme]
    try:
        return str(module.validate(word))
    except ValidationError:
        return None


def valid_identifiers(stated: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Returns the valid ones of these identifiers by scheme, and how many are invalid.

    Empty texts are neither.
    """
    valid: dict[str, str] = {}
    invalid = 0
    for scheme, text in stated.items():
        value = identifier(scheme, text) if scheme in SCHEMES else None
        if value is not None:
            valid[scheme] = value
        elif text.strip("- "):
            invalid += 1
    return valid, invalid


def _figi_check_digit(figi: str) -> str:
    """The last digit of a FIGI: every second character counts double, as in the Luhn algorithm.

    Source: OpenFIGI, "FIGI check digit" in the standard of the Object Management Group.
    """
    total = 0
    for position, char in enumerate(figi[:-1]):
        number = int(char, 36) * (2 if position % 2 else 1)
        total += sum(int(digit) for digit in str(number))
    return str(-total % 10)
