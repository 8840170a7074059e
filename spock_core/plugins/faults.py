"""Words for messages about a plugin's faults."""

from __future__ import annotations

from spock_core.domain.errors import SpockError
from spock_core.domain.text import sanitize


def wrong_type(answer: object, expected: type) -> str:
    """Returns the message for an answer of another type than expected."""
    return f"it returned {shown(answer)} instead of {expected.__name__}"


def reason_of(error: BaseException) -> str:
    """Returns an error as one line: its type, unless it is a `SpockError`, and its first line."""
    lines = str(error).strip().splitlines()
    text = sanitize(lines[0]) if lines else ""
    if isinstance(error, SpockError):
        return text
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "spock_core":
        return f"{text}: it may need a newer spock-core: upgrade it"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def shown(value: object) -> str:
    """Returns a value as messages show it: on one line and short, or the name of its type."""
    plain = isinstance(value, str | int | float | None)
    return sanitize(repr(value), 40) if plain else type(value).__name__
