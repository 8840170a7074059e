"""How messages describe what a plugin did wrong."""

from __future__ import annotations

from spock_core.domain.errors import SpockError
from spock_core.domain.text import sanitize


def gave(answer: object, kind: type) -> str:
    """What to say of an answer of another kind."""
    return f"it gave {shown(answer)} instead of {kind.__name__}"


def reason_of(error: BaseException) -> str:
    """One line: the kind of error, where it is not one for users, and its first line of text."""
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
