"""Rows as lines of text: CSV for spreadsheets, and JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any, BinaryIO

from spock_core.domain.text import escape_formula, format_utc
from spock_core.reading.snapshot import Snapshot


def write_csv(snapshot: Snapshot, file: BinaryIO) -> int:
    """Writes a header and the rows: `true` and `false`, times of ISO 8601, nothing for no value.

    Text that a spreadsheet would execute as a formula gets a quote before it.
    """
    _write_lines(file, [[column.name for column in snapshot.columns]])
    count = 0
    for batch in snapshot.batches:
        _write_lines(file, [[_cell(value) for value in row] for row in batch])
        count += len(batch)
    return count


def write_jsonl(snapshot: Snapshot, file: BinaryIO) -> int:
    """Writes an object with all columns for each row."""
    names = [column.name for column in snapshot.columns]
    encode = json.JSONEncoder(ensure_ascii=False, default=_text_of).encode
    count = 0
    for batch in snapshot.batches:
        lines = [encode(dict(zip(names, row, strict=True))) for row in batch]
        file.write("".join(f"{line}\n" for line in lines).encode())
        count += len(batch)
    return count


def _write_lines(file: BinaryIO, rows: list[list[Any]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write(text.getvalue().encode())


def _cell(value: Any) -> Any:
    match value:
        case str():
            return escape_formula(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return _text_of(value)
        case _:
            return value


def _text_of(value: datetime) -> str:
    return format_utc(value, "microseconds")
