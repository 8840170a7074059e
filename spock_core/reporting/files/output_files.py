"""Keeps what a command writes from what it reads: a report never takes the register's place."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from spock_core.domain.errors import UsageError

Input = tuple[Path, str]
"""A file that a command reads, and what it is: `the register`."""

_SQLITE = b"SQLite format 3\x00"
"""The first bytes of every SQLite database: https://sqlite.org/fileformat.html"""
_BESIDE_REGISTER = ("-wal", "-shm", "-journal", ".lock")
"""What SQLite and Spock keep beside a register."""
_held: list[int] = []
"""Descriptors of named pipes, open until the process ends: a reader sees the end of the file when
the last writer closes the pipe, and the report, written later, would wait for another reader."""


def register_files(register: Path | None) -> list[Input]:
    """Returns an SQLite register and the files that belong to it; nothing for other databases."""
    if register is None:
        return []
    beside = [register.with_name(register.name + end) for end in _BESIDE_REGISTER]
    return [(register, "the register"), *((path, "a file of the register") for path in beside)]


def check_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Input]) -> None:
    """Raises `UsageError` if an output file is an input, another output, any database, or a pipe
    that nobody reads, for whose reader a run would wait.

    Links are followed. `outputs` are the files by their names in messages; None is no file. Devices
    and pipes may be named twice.
    """
    given = {what: path for what, path in outputs.items() if path is not None}
    taken = list(inputs) if given else []
    for what, path in given.items():
        for other, name in taken:
            if _is_same(path, other):
                raise UsageError(f"{what} {path} is {name}: choose another file")
        if _is_database(path):
            raise UsageError(f"{what} {path} is a database: choose another file")
        if _is_unread_pipe(path):
            raise UsageError(f"{what} {path} is a pipe that nobody reads: choose a file")
        if not _is_device(path):
            taken.append((path, f"the {what} too"))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):  # one of them is not there
        return _resolved(path) == _resolved(other)


def _resolved(path: Path) -> str:
    return os.path.realpath(path)


def _is_device(path: Path) -> bool:
    """Whether it is there and no regular file. What may not be looked at is taken for a file."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _is_unread_pipe(path: Path) -> bool:
    try:
        if not path.is_fifo():
            return False
        _held.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError as error:
        return error.errno == errno.ENXIO
    except ValueError:  # no path
        return False
    return False


def _is_database(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return False
