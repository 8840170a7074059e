"""Documents as no provider should send them, made from one that it does send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from spock_core.testing.hostile import HOSTILE_TEXTS

Path: TypeAlias = tuple[str | int, ...]
"""The keys and places that lead to a value."""

MOST_PLACES = 12
"""Values of a document that are replaced, the outermost first."""
ITEMS = 2
"""Of a list, so many items are spoiled: the others are like them."""
LONGEST_WORD = 1_000
DEEP = 60
"""Lists in each other, as a value; a whole document is nested deeper."""
_NOTHING = object()

NO_DOCUMENTS = {
    "nothing": b"",
    "text": b"service unavailable, try later",
    "a web page": b"<!DOCTYPE html>\n<html><body>Sign in, please</body></html>\n",
    "half a document": b'{"data": [{"symbol": "A',
    "nonsense": b"\x00\xff\xfe nonsense \x80" * 40,
    "a document that is nested too deeply": b"[" * 100_000 + b"]" * 100_000,
    "a document of too many values": b"[" + b"0," * 400_000 + b"0]",
}
"""Bodies of answers that are none, by what they are."""


def wrong_values() -> list[Any]:
    """Returns values of every type that JSON has."""
    deep: Any = "deep"
    for _ in range(DEEP):
        deep = [deep]
    plain = [None, True, 0, -1, 1.5, 10**400, float("inf"), [], {}, [[]], {"": None}, deep]
    return [*plain, "", "x" * LONGEST_WORD]


def spoiled(document: Any) -> Iterator[tuple[str, Any]]:
    """Yields documents in which one value is another or missing, or all texts are hostile; each
    with what is wrong."""
    for text in HOSTILE_TEXTS:
        yield f"{_short(text)} in place of all texts", _with_texts(document, text)
    for value in wrong_values():
        yield f"{_short(value)} in place of everything", value
    for path in islice(_paths(document), MOST_PLACES):
        where = "/".join(map(str, path))
        yield f"no {where}", _with(document, path, _NOTHING)
        for value in wrong_values():
            yield f"{_short(value)} in place of {where}", _with(document, path, value)


def twice(document: Any) -> Any:
    """Returns a document in which all lists have their items twice."""
    if isinstance(document, list):
        items = [twice(one) for one in document]
        return items + items
    if isinstance(document, dict):
        return {key: twice(value) for key, value in document.items()}
    return document


def beside(document: Any, other: Any) -> Any:
    """Returns a document with what another one has besides."""
    if isinstance(document, list) and isinstance(other, list):
        return document + other
    if isinstance(document, dict) and isinstance(other, dict):
        shared = {key: beside(document[key], other[key]) for key in document if key in other}
        return {**other, **document, **shared}
    return document


def enlarged(document: Any, most_bytes: int) -> bytes:
    """Returns a document whose lists repeat their items until it has about this many bytes."""
    size = len(json.dumps(document))
    while 0 < size * 2 < most_bytes:
        document = twice(document)
        grown = len(json.dumps(document))
        if grown <= size:
            break
        size = grown
    return json.dumps(document).encode()


def _paths(document: Any) -> Iterator[Path]:
    """Yields the paths of a document's values, the outermost first."""
    level: list[tuple[Path, Any]] = [((), document)]
    while level:
        yield from (path for path, _ in level if path)
        level = [
            ((*path, key), value) for path, parent in level for key, value in _children(parent)
        ]


def _children(value: Any) -> Sequence[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value[:ITEMS])) if isinstance(value, list) else []


def _with(document: Any, path: Path, value: Any) -> Any:
    """Returns a document with another value at a path, or without the one that is there."""
    key, *rest = path
    changed = document.copy()
    if rest:
        changed[key] = _with(document[key], tuple(rest), value)
    elif value is _NOTHING:
        del changed[key]
    else:
        changed[key] = value
    return changed


def _with_texts(document: Any, text: str) -> Any:
    if isinstance(document, list):
        return [_with_texts(one, text) for one in document]
    if isinstance(document, dict):
        return {key: _with_texts(value, text) for key, value in document.items()}
    return text if isinstance(document, str) else document


def _short(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 30 else f"{text[:27]}…"
