"""Matches a holding of a fund with the listing that it is.

Holdings have no identifiers, and write tickers in their own way: Hong Kong's without leading zeros,
share classes of the US without separator (`BRKB`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from spock_core import Listing, SecurityType

NEVER_HELD = (
    SecurityType.PREFERRED,
    SecurityType.UNIT,
    SecurityType.WARRANT,
    SecurityType.RIGHT,
    SecurityType.NOTE,
    SecurityType.FUND,
    SecurityType.INDEX,
)
"""Types that no index of shares has. `META` is not `MET/A`, a preferred share of MetLife."""
SAME_BEGINNING = 4
"""Letters with which two forms of one name begin: `CAMPBELL SOUP`, `THE CAMPBELLS COMPANY`."""
SHORTEST_WORD = 3
_GENERAL = frozenset(
    ("THE", "INC", "CORP", "CORPORATION", "LTD", "LLC", "PLC", "CO", "COMPANY", "CLASS", "GROUP",
     "HOLDING", "HOLDINGS", "AND", "COMMON", "STOCK", "TRUST", "INTERNATIONAL")
)  # fmt: skip
"""Words in the names of many companies."""


class Holdings:
    """Finds listings of one market by what holdings say of them."""

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self._by_ticker = {
            ticker: one for ticker, one in listings.items() if one.security_type not in NEVER_HELD
        }
        self._by_form: dict[str, list[str]] = {}
        for ticker in self._by_ticker:
            self._by_form.setdefault(form_of(ticker), []).append(ticker)

    def find(self, ticker: str, name: str, currency: str) -> str | None:
        """Returns the ticker of the register, or None if no listing or more than one fits.

        Tickers with letters pass to other companies, so the names must have something in common.
        Numbers are not given again for years, and the names beside them are too short to compare.
        """
        exact = [ticker] if ticker in self._by_ticker else []
        found = exact or self._by_form.get(form_of(ticker), [])
        if len(found) != 1:
            return None
        listing = self._by_ticker[found[0]]
        is_number = found[0].isdigit()
        if listing.currency != currency or not (is_number or are_alike(name, listing.name or "")):
            return None
        return found[0]


def form_of(ticker: str) -> str:
    """Returns a ticker without separators and without leading zeros."""
    return re.sub(r"[^0-9A-Z]", "", ticker.upper()).lstrip("0")


def are_alike(one: str, other: str) -> bool:
    """Whether two names share a word that says something, or begin with the same letters."""
    words, others = _words(one), _words(other)
    if {word for word in words if len(word) >= SHORTEST_WORD} & set(others):
        return True
    beginning, other_beginning = "".join(words)[:SAME_BEGINNING], "".join(others)[:SAME_BEGINNING]
    return bool(beginning) and beginning == other_beginning


def _words(name: str) -> list[str]:
    return [word for word in re.findall("[0-9A-Z]+", name.upper()) if word not in _GENERAL]
