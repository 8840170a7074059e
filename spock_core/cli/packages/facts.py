"""Facts that packages of every kind contain, checked."""

from __future__ import annotations

import re

from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS
from spock_core.plugins.checking import iso_codes

LONGEST = 60
"""Characters of a name, so that the lines of the written files are not too long."""
_TEXT = re.compile(r'[^"\\\x00-\x1f\x7f]+')
"""Characters that need no escape in Python, TOML and Markdown."""


def region_of(text: str) -> str:
    """Returns an ISO 3166 alpha-2 code. Raises `UsageError` if the text is not one."""
    region = text.upper()
    if iso_codes.country_name(region) is None:
        raise UsageError(f"{text!r} is not in ISO 3166: {FACTS['region'].advice}")
    return region


def text_of(what: str, text: str, longest: int = LONGEST) -> str:
    """Returns text that needs no escape in any file. Raises `UsageError` if it does."""
    text = text.strip()
    if not _TEXT.fullmatch(text) or not text.isprintable() or len(text) > longest:
        raise UsageError(
            f'{what} {text[:longest]!r}: write up to {longest} characters, without " or \\'
        )
    return text
