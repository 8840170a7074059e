"""What stdout is: a terminal of some width, with or without colour, or a pipe or file."""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum


class Style(StrEnum):
    """How text looks on a terminal; the value is the parameter of ANSI's SGR sequence."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"


def width() -> int | None:
    """Returns the columns of the terminal; None for a pipe or file, which has no width."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def has_colour() -> bool:
    """Whether text may be coloured: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and width() is not None


def styled(text: str, style: Style | None) -> str:
    """Returns the text in a style."""
    return text if style is None else f"\x1b[{style}m{text}\x1b[0m"
