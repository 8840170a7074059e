"""Writes what a command found to stdout."""

from __future__ import annotations

import sys

from spock_core.errors import OutputError


def show(text: str) -> None:
    """Prints lines at once, or nothing where nobody listens. Raises `OutputError`."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text + "\n" if text else "")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error
