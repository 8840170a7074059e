"""Writes to files that users name, and to stdout."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from spock_core.domain.errors import OutputError, UsageError
from spock_core.reporting.standard_streams import silence, stdout


def check_path(path: Path, what: str) -> None:
    """Raises `UsageError` if the file cannot be written. Called before a run begins.

    `what` names the file in the message, for example `report file`.
    """
    try:
        writable = os.access(path if path.exists() else path.parent, os.W_OK)
        usable = writable and path.parent.is_dir() and not path.is_dir()
    except (OSError, ValueError):  # a folder on the way may not be entered
        usable = False
    if not usable:
        raise UsageError(
            f"{what} {path} cannot be written: check that the folder exists and is writable"
        )


def write_file(path: Path, text: str, what: str) -> None:
    """Writes the file. Raises `OutputError` if that fails; `what` names the file in the message."""
    with replaced(path, what) as file:
        file.write(text.encode("utf-8"))


@contextlib.contextmanager
def replaced(path: Path, what: str, mode: int | None = None) -> Iterator[BinaryIO]:
    """Gives a new file, which takes the place of `path` when the block ends without an error.

    It gets the rights of the file that was there, or `mode`. A device or a pipe is written to as it
    is, and so is a file in a folder where no other can be made. Raises `OutputError` if it cannot
    be written; `what` names the file in the message.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not (target.is_file() and os.access(target.parent, os.W_OK)):
            with target.open("wb") as file:
                yield file
            return
        part.unlink(missing_ok=True)
        with part.open("xb") as file:  # no link that somebody left there is followed
            yield file
        if mode is not None:
            part.chmod(mode)
        elif target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        raise OutputError(f"{what} {path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def show(text: str) -> None:
    """Prints text to stdout and flushes it. A closed pipe is ignored.

    Raises `OutputError` if stdout cannot be written.
    """
    stream = stdout()
    if stream is None:
        return
    try:
        stream.write(text + "\n" if text else "")
        stream.flush()
    except BrokenPipeError:
        mute()
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def mute() -> None:
    """Redirects stdout to the null device, so that flushing it at exit does not fail again."""
    silence(stdout())
