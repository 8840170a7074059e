"""Parses a TOML file that a user wrote, within bounds of time."""

from __future__ import annotations

from typing import Any

from spock_core.domain.errors import UsageError
from spock_core.domain.text import sanitize

MOST_DOTS = 100
"""Dots in one line. The time of Python's parser grows with the square of the parts of a key: one of
20,000 parts takes ten seconds."""
MOST_DOTS_IN_ALL = 100_000
"""Each part of a key takes 700 bytes of memory."""


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Returns a TOML document. `where` names the file in messages.

    Raises `UsageError` for text that is not TOML, that is nested too deeply or takes too long.
    """
    import tomllib

    if text.count(".") > MOST_DOTS_IN_ALL:
        raise UsageError(f"{where} has more than {MOST_DOTS_IN_ALL:,} dots")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS:
            raise UsageError(f"{where} line {number}: more than {MOST_DOTS} dots in one line")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not TOML: {sanitize(str(error))}") from error
