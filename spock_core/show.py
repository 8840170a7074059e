"""Writes what a command found to stdout."""

from __future__ import annotations

import os
import sys

from spock_core.errors import OutputError


def show(text: str) -> None:
    """Prints lines at once, or nothing where nobody listens any more. Raises `OutputError`."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text + "\n" if text else "")
        sys.stdout.flush()
    except BrokenPipeError:
        mute()
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def mute() -> None:
    """Nobody reads any more: what is left in the buffer must not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
