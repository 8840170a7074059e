"""JSON documents from providers, which are not trusted: bounded, and their texts clean.

A document is parsed only if its number of values is bounded; its fields are then validated by
pydantic, beside each provider's client.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, Strict

from spock_core.domain.errors import Unreadable
from spock_core.domain.text import sanitize

MAX_VALUES = 300_000
"""Values in one document, so that it takes 50 MB of memory at most: a page of 250 stocks has
25,000."""
LONGEST_TEXT = 20_000
"""Characters of a text in a document for a plugin; the rest is cut."""

Text = Annotated[str, Strict(), AfterValidator(sanitize)]
"""A text on one line: control characters and lone surrogates are replaced by spaces."""


def parse_json(content: bytes) -> Any:
    """Parses a bounded JSON document.

    Python's own parser is used because it reads what the strict ones refuse as a whole: `NaN`, a
    lone surrogate or a number without end in one field spoil that field alone. Raises `Unreadable`.
    """
    if content.count(b",") + content.count(b"[") + content.count(b"{") > MAX_VALUES:
        raise Unreadable(f"a document of more than {MAX_VALUES:,} values")
    text = content.decode("utf-8-sig", errors="replace")
    try:
        return _loaded(text)
    except json.JSONDecodeError:
        reason = "a response that is not JSON"
    except RecursionError:
        reason = "a document that is nested too deeply"
    raise Unreadable(reason)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of more than 4,300 digits, which int() refuses
        return json.loads(text, parse_int=bounded_int)


def plain(value: Any) -> Any:
    """Returns a parsed document with all its texts on one line, without control characters and
    lone surrogates. Raises `Unreadable` if it is nested too deeply."""
    try:
        return _plain(value)
    except RecursionError:
        raise Unreadable("a document that is nested too deeply") from None


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return sanitize(value, LONGEST_TEXT)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {sanitize(key, LONGEST_TEXT): _plain(one) for key, one in value.items()}
    return value


def bounded_int(digits: str) -> int | float:
    """Reads an integer of a document, which `int` refuses if it has more than 4,300 digits."""
    return int(digits) if len(digits) < 100 else float(digits)
