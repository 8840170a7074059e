"""What fits into a register: the longest texts, the largest numbers, what a symbol may be."""

from __future__ import annotations

LONGEST_NAME = 200
"""Characters of an instrument's name, in either language; lists cut names at about 60."""
LONGEST_TICKER = 32
LONGEST_SYMBOL = 40
MOST_SHARES = 2**31 - 1
"""What a column of the register holds."""
MAX_LINES = 4_000_000
"""Lines of one list; the longest real one has about 5,000."""


def is_symbol(value: object) -> bool:
    """Whether this is a symbol that Yahoo could use."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SYMBOL and value.isprintable()
