"""Text from outside, made harmless."""

from __future__ import annotations


def clean(text: str, longest: int = 1_000) -> str:
    """Text without anything that a terminal would obey, on one line, and not longer than this."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()[:longest]
