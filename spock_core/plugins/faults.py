"""Words for messages about a plugin's faults."""

from __future__ import annotations

from types import NoneType

from spock_core.domain.errors import SpockError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.text import sanitize


def wrong_type(answer: object, expected: type) -> str:
    """Returns the message for an answer of another type than expected."""
    return f"it returned {shown(answer)} instead of {expected.__name__}"


def message_of(error: BaseException) -> str:
    """Returns the first line of what an error says; nothing where it cannot say it."""
    try:
        lines = str(error).strip().splitlines()
    except PLUGIN_FAULTS as fault:
        pass_on(fault)
        return ""
    return sanitize(lines[0]) if lines else ""


def reason_of(error: BaseException) -> str:
    """Returns an error as one line: its type, unless it is a `SpockError`, and its first line."""
    text = message_of(error)
    if isinstance(error, SpockError):
        return text
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "spock_core":
        return f"{text}: it may need a newer spock-core: upgrade it"
    name = sanitize(type(error).__name__, 100)
    return f"{name}: {text}" if text else name


def shown(value: object) -> str:
    """Returns a value as messages show it: on one line and short, or the name of its type."""
    plain = type(value) in (str, int, float, bool, NoneType)
    return sanitize(repr(value), 40) if plain else type(value).__name__
