"""What fits into a register: the longest texts, the largest numbers, tickers, symbols and lots."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_NAME = 200
"""Characters of an instrument's name, in either language; lists cut names at about 60."""
LONGEST_TICKER = 32
LONGEST_SYMBOL = 40
MOST_SHARES = 2**31 - 1
"""The largest number that a column of the register holds."""
MAX_LINES = 4_000_000
"""Lines of one list; the longest real one has about 5,000."""

_WITHOUT_SPACES = re.compile(r"[!-~]+")


def is_ticker(value: object) -> bool:
    """Whether this can be a ticker: 1 to `LONGEST_TICKER` ASCII characters without a space.

    Where a venue writes a space (Stockholm's `VOLV B`), its list needs another character there.
    """
    return _is_word(value, LONGEST_TICKER)


def is_symbol(value: object) -> bool:
    """Whether this can be a symbol of Yahoo: 1 to `LONGEST_SYMBOL` ASCII characters, no space.

    The longest ticker with the longest suffix fits.
    """
    return _is_word(value, LONGEST_SYMBOL)


def is_lot_size(value: object) -> bool:
    """Whether this is a number of shares that a trading lot can have."""
    return type(value) is int and 1 <= value <= MOST_SHARES


@lru_cache(maxsize=1_000)  # a list has few different ones
def lot_size_of(text: str) -> int | None:
    """Returns the lot size that a text states in digits, or None if it states none."""
    digits = text.lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST_SHARES))):
        return None
    return int(digits) if is_lot_size(int(digits)) else None


def _is_word(value: object, longest: int) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= longest
        and _WITHOUT_SPACES.fullmatch(value) is not None
    )
