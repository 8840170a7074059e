"""Recipes: how the sandbox makes up the lists of a market."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod

from spock_core.domain import AssetType, SecurityType


@dataclass(frozen=True, slots=True)
class Offshoot:
    """A security of an issuer besides its common stock: a preferred series, a unit, a note.

    Templates know `{root}` (the issuer's ticker), `{tail}` (the ticker without its first
    character), `{name}`, `{local}`, `{letter}` (A, B, C …) and `{rate}` (a coupon: `6.25`).
    """

    kind: SecurityType
    share: float
    """Share of a list's stocks that are of this kind, 0 to 1."""
    ticker: str
    name: str
    name_local: str = "{local}"
    of_spacs: bool = False
    """Issued by blank-cheque companies rather than by operating ones."""
    list_type: AssetType = AssetType.STOCK
    currency: str = ""
    """ISO 4217 code; empty for one of the list's currencies."""


@dataclass(frozen=True, slots=True)
class IssuerKind:
    """Issuers whose names or list lines differ from those of ordinary companies, such as REITs.

    Templates know `{name}` and `{local}`, which are made up.
    """

    kind: SecurityType
    number: int
    """Issuers in a universe of full size; a smaller universe has at least one."""
    name: str
    name_local: str = "{local}"
    sector_code: str = ""
    """KIS's sector code of all of them; empty for random codes."""
    is_spac: bool = False
    list_type: AssetType = AssetType.STOCK
    """Their type in the list. Those that are not stocks there are part of its `funds`."""
    etp_kind: str = "   "
    """KIS's code for the kind of exchange-traded product; blank for stocks."""


@dataclass(frozen=True, slots=True)
class ListRecipe:
    """What one list holds in a universe of full size."""

    list_name: str
    ticker: Callable[[int], str]
    """Returns the n-th ticker in the venue's own form; no two numbers have the same."""
    stocks: int = 0
    funds: int = 0
    indices: int = 0
    warrants: int = 0
    unclassified: float = 0.3
    """Share of stocks whose sector code is `000`."""
    spacs: float = 0.0
    """Share of issuers that are blank-cheque companies."""
    receipts: float = 0.0
    """Share of issuers that are listed through depositary receipts."""
    issuers: tuple[IssuerKind, ...] = ()
    """Issuers besides ordinary companies."""
    offshoots: tuple[Offshoot, ...] = ()
    lots: tuple[int, ...] = (1,)
    currencies: tuple[str, ...] = ()
    """ISO 4217 codes to choose from; empty for the exchange's own currency."""
    country_id: str = "0"
    """KIS's number of the exchange: the second column of its master file."""
    local_name: str = ""
    """KIS's Korean name of the exchange: the fourth column."""
    decimals: int = 2
    hours: tuple[str, str] = ("900", "1500")
    first_fund: int = 0
    """The number of the first fund's ticker; 0 if they follow the stocks'."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The lists of one market, and the words in its companies' names."""

    region: str
    lists: tuple[ListRecipe, ...]
    legal_forms: tuple[str, ...] = ("INC", "CORP")
    """Words that end a company's English name."""
    sector_words: Mapping[str, str] = field(default_factory=dict)
    """Words in company names by KIS sector code, where they differ from the sandbox's own."""


def tickers_like(example: str) -> Callable[[int], str]:
    """Returns a function that counts up from a ticker: `2330`, `2331` … `9999`, `00000` …

    Digits are replaced by digits and capital letters by capital letters. After the last ticker of a
    length come those with one character more. Raises `ValueError` for any other character.
    """
    kinds = [_DIGITS if char in _DIGITS else _LETTERS for char in example]
    start = 0
    for char, kind in zip(example, kinds, strict=True):
        start = start * len(kind) + kind.index(char)
    return lambda number: _counted(kinds, start + number)


_DIGITS, _LETTERS = string.digits, string.ascii_uppercase


def _counted(kinds: list[str], number: int) -> str:
    ticker, left = "", number
    for kind in reversed(kinds):
        left, place = divmod(left, len(kind))
        ticker = kind[place] + ticker
    if left:
        return _counted([kinds[0], *kinds], number - prod(map(len, kinds)))
    return ticker
