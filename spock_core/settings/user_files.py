"""Reads a file that a user wrote: bounded, UTF-8, its text cleaned."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from spock_core.domain.errors import UsageError
from spock_core.domain.text import sanitize

MAX_BYTES = 32 * 1024 * 1024
"""A line for each of 300,000 stocks."""


class Row(NamedTuple):
    """One line of a CSV file."""

    line: int
    cells: Mapping[str, str]
    """By column, names in lower case; empty where the line is short."""
    surplus: bool
    """The line has more values than there are columns: a comma without quotes, mostly."""


def read_text(path: Path, where: str) -> str:
    """The text of a file. `where` names it in messages. Raises `UsageError`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{where} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise UsageError(f"{where} is too long: at most {MAX_BYTES // 1024**2} MB are read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{where} line {line}: not UTF-8: save it as UTF-8 text") from error


def read_csv(text: str, where: str) -> tuple[tuple[str, ...], list[Row]]:
    """The columns of a CSV text, and its lines but the empty ones. Raises `UsageError`."""
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
    doubles = [name for name in columns if name and columns.count(name) > 1]
    if doubles:
        raise UsageError(f"{where} has two columns {doubles[0]!r}: keep one")
    return columns, rows


def _cells(line: Sequence[str]) -> list[str]:
    return [sanitize(cell) for cell in line]
