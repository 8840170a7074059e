"""What stdout is: a terminal of some width, with or without colour, or a pipe or file."""

from __future__ import annotations

import os
from enum import StrEnum

from spock_core.reporting.standard_streams import stdout

USUAL_WIDTH = 80
"""Columns of a terminal that does not tell them."""


class Style(StrEnum):
    """How text looks on a terminal; the value is the parameter of ANSI's SGR sequence."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"


def width() -> int | None:
    """Returns the columns of the terminal; None for a pipe or file, which has no width."""
    stream = stdout()
    if stream is None or not stream.isatty():
        return None
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_WIDTH
    except OSError:
        return USUAL_WIDTH


def has_colour() -> bool:
    """Whether text may be coloured: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and width() is not None


def styled(text: str, style: Style | None) -> str:
    """Returns the text in a style."""
    return text if style is None else f"\x1b[{style}m{text}\x1b[0m"
