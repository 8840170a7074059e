"""Reads text and CSV files that a user wrote: UTF-8, of bounded size, with sanitized cells."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from spock_core.domain.errors import UsageError
from spock_core.domain.text import sanitize

MAX_BYTES = 32 * 1024 * 1024
"""About 100 bytes for each of 300,000 stocks."""


_WITHOUT_WAITING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""Opens a pipe without waiting for its writer, so that it can be refused."""


class Row(NamedTuple):
    """One line of a CSV file."""

    line: int
    """Its line number, from 1."""
    cells: Mapping[str, str]
    """Values by column name in lower case; empty text for missing values."""
    surplus: bool
    """Whether there are more values than columns, usually because of an unquoted comma."""


def read_text(path: Path, where: str, largest: int = MAX_BYTES) -> str:
    """Returns the text of a file. `where` names it in messages.

    Raises `UsageError` if it cannot be read, is no regular file (a pipe would block, a device may
    never end), is larger than `largest` bytes or is not UTF-8.
    """
    try:
        with os.fdopen(os.open(path, _WITHOUT_WAITING), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{where} is not a regular file: name one")
            content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise UsageError(f"{where} cannot be read: {reason}") from error
    if len(content) > largest:
        raise UsageError(f"{where} is too large: the limit is {largest // 1024**2} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{where} line {line}: not UTF-8: save it as UTF-8 text") from error


def read_csv(text: str, where: str) -> tuple[tuple[str, ...], list[Row]]:
    """Returns the column names in lower case, and all rows that are not empty.

    Raises `UsageError` for text that is not CSV, and for two columns of the same name.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        columns = tuple(_cells(next(reader, [])))
        columns = tuple(name.lower() for name in columns)
        for line in reader:
            cells = _cells(line)
            if any(cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                named = {name: cell for name, cell in zip(columns, padded, strict=False) if name}
                rows.append(Row(reader.line_num, named, any(cells[len(columns) :])))
    except csv.Error as error:
        raise UsageError(f"{where} line {reader.line_num}: not CSV: {error}") from error
    duplicates = [name for name in columns if name and columns.count(name) > 1]
    if duplicates:
        raise UsageError(f"{where} has two columns {duplicates[0]!r}: keep one")
    return columns, rows


def _cells(line: Sequence[str]) -> list[str]:
    return [sanitize(cell) for cell in line]
