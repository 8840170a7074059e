"""Text from outside, made harmless."""

from __future__ import annotations

LONGEST_NAME = 200
"""Of an instrument, in either language; lists cut names at about 60 characters."""


def inert(cell: str) -> str:
    """Text that no spreadsheet takes for a formula: such a one gets a quote before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def clean(text: str, longest: int = 1_000) -> str:
    """Text without anything that a terminal would obey, on one line, and not longer than this."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()[:longest]
