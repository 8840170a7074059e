"""Writes a file that a user asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from spock_core.domain.errors import OutputError, UsageError


def check_path(path: Path, what: str) -> None:
    """Raises `UsageError` before any work where the file could not be written after it.

    `what` is how messages name it: `report file`.
    """
    folder = path.parent
    writable = os.access(path if path.exists() else folder, os.W_OK)
    if path.is_dir() or not folder.is_dir() or not writable:
        raise UsageError(f"{what} {path} cannot be written: check the folder and its rights")


def write_file(path: Path, text: str, what: str) -> None:
    """Writes the file. Raises `OutputError`."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"{what} {path} cannot be written: {error.strerror}") from error


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
