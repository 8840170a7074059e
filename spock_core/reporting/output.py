"""Writes to files that users name, and to stdout."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from spock_core.domain.errors import OutputError, UsageError


def check_path(path: Path, what: str) -> None:
    """Raises `UsageError` if the file cannot be written. Called before a run begins.

    `what` names the file in the message, for example `report file`.
    """
    folder = path.parent
    writable = os.access(path if path.exists() else folder, os.W_OK)
    if path.is_dir() or not folder.is_dir() or not writable:
        raise UsageError(
            f"{what} {path} cannot be written: check that the folder exists and is writable"
        )


def write_file(path: Path, text: str, what: str) -> None:
    """Writes the file. Raises `OutputError` if that fails; `what` names the file in the message."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"{what} {path} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def replaced(path: Path, what: str) -> Iterator[BinaryIO]:
    """Gives a new file, which takes the place of `path` when the block ends without an error.

    Raises `OutputError` if it cannot be written; `what` names the file in the message.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{what} {path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def show(text: str) -> None:
    """Prints text to stdout and flushes it. A closed pipe is ignored.

    Raises `OutputError` if stdout cannot be written.
    """
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
    """Redirects stdout to the null device, so that flushing it at exit does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
