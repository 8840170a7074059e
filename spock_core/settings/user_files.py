"""Reads text and CSV files that a user wrote: UTF-8, of bounded size, with sanitized cells."""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from spock_core.domain.errors import UsageError
from spock_core.domain.text import sanitize

MAX_BYTES = 16 * 1024 * 1024
"""About 100 bytes for each of 160,000 stocks."""
MOST_COLUMNS = 100
LEAST_COLUMNS = 5
"""A row of fewer columns takes as much memory as one of so many."""
MOST_CELLS = 1_000_000
"""Of all rows: 200,000 rows of five columns take 170 MB."""
LONGEST_RECORD = 200_000
"""Characters of one row, which may go over several lines within quotes."""
_LINE = re.compile(r"[^\r\n]+(?:\r\n|\r|\n)?|\r\n|\r|\n")

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
        limit = f"{largest // 1024**2} MB" if largest >= 1024**2 else f"{largest // 1024} kB"
        raise UsageError(f"{where} is too large: the limit is {limit}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{where} line {line}: not UTF-8: save it as UTF-8 text") from error


def read_csv(text: str, where: str) -> tuple[tuple[str, ...], list[Row]]:
    """Returns the column names in lower case, and all rows that are not empty.

    Raises `UsageError` for text that is not CSV, for two columns of the same name, and for more
    columns or rows than such files have.
    """
    lines = _Lines(text, where)
    reader = csv.reader(lines, strict=True)
    rows: list[Row] = []
    try:
        columns = tuple(cell.lower() for cell in _cells(next(reader, [])))
        if len(columns) > MOST_COLUMNS:
            raise UsageError(f"{where} has more than {MOST_COLUMNS} columns")
        most = MOST_CELLS // max(len(columns), LEAST_COLUMNS)
        for line in reader:
            lines.begin_record()
            cells = _cells(line)
            if any(cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                named = {name: cell for name, cell in zip(columns, padded, strict=False) if name}
                rows.append(Row(reader.line_num, named, any(cells[len(columns) :])))
            if len(rows) > most:
                raise UsageError(f"{where} has more than {most:,} rows")
    except csv.Error as error:
        raise UsageError(f"{where} line {reader.line_num}: not CSV: {error}") from error
    duplicates = [name for name in columns if name and columns.count(name) > 1]
    if duplicates:
        raise UsageError(f"{where} has two columns {duplicates[0]!r}: keep one")
    return columns, rows


class _Lines(Iterator[str]):
    """The lines of a text, one after the other, as long as they make no row without end."""

    def __init__(self, text: str, where: str) -> None:
        self._lines = _LINE.finditer(text)
        self._where = where
        self._characters = 0

    def begin_record(self) -> None:
        """A row begins with the next line."""
        self._characters = 0

    def __next__(self) -> str:
        line = next(self._lines)[0]
        self._characters += len(line)
        if self._characters > LONGEST_RECORD:
            raise UsageError(f"{self._where} has a row of more than {LONGEST_RECORD:,} characters")
        return line


def _cells(line: Sequence[str]) -> list[str]:
    return [sanitize(cell) for cell in line]
