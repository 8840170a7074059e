"""Reads the files of tables: text, JSON and workbooks, all of them untrusted."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from spock_core.domain.errors import ListError
from spock_core.domain.tables import DelimitedText, JsonRecords, Table, TableFile, Workbook
from spock_core.sources.tables.headings import table_of

MOST_UNPACKED_BYTES = 256 * 1024 * 1024
"""HKEX's workbook unpacks to 14 MB."""
MOST_PAGES = 200
"""Pages of one table. Eastmoney's table of Hong Kong has 14."""


def read_table(file: IO[bytes], name: str, about: TableFile) -> Table:
    """Returns the table in a file of this name.

    Raises `ListError` if the file is damaged, lacks a heading that is needed, or has no row.
    """
    try:
        match about.format:
            case DelimitedText(separator, encoding, footer):
                with contextlib.closing(_text_lines(file, separator, encoding)) as all_lines:
                    lines: Iterable[Sequence[object]] = all_lines
                    if footer:
                        lines = _before_footer(lines, footer, name)
                    return table_of(name, lines, about.needs)
            case JsonRecords():
                return table_of(name, _json_lines(read_json(file, name), about.format), about.needs)
            case Workbook():
                return table_of(name, _workbook_lines(file, name), about.needs)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ListError(f"{name}: it is not the text that it should be ({error})") from error


def read_json(file: IO[bytes], name: str) -> Any:
    """Returns a JSON document. Raises `ListError` if it is none, or nested too deeply."""
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise ListError(f"{name}: it is not JSON ({type(error).__name__})") from error


def pages_of(document: Any, about: JsonRecords, name: str) -> int:
    """Returns the number of pages that a JSON document states. Raises `ListError` if it is none."""
    pages = follow(document, about.pages)
    if not isinstance(pages, int) or isinstance(pages, bool) or not 1 <= pages <= MOST_PAGES:
        raise ListError(f"{name}: it states no number of pages from 1 to {MOST_PAGES}")
    return pages


def follow(document: Any, keys: Sequence[str]) -> Any:
    """Returns what these keys of nested objects lead to; None if one is missing."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _text_lines(file: IO[bytes], separator: str, encoding: str) -> Generator[list[str], None, None]:
    """Yields the lines. Close it before the file: it gives the file back, open, when it ends."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        if separator == ",":
            yield from csv.reader(text)
        else:  # a quote is a character like any other, which Nasdaq's names contain
            yield from csv.reader(text, delimiter=separator, quoting=csv.QUOTE_NONE)
    finally:
        text.detach()


def _before_footer(
    lines: Iterable[Sequence[object]], footer: str, name: str
) -> Iterator[Sequence[object]]:
    """Yields the lines above the footer. Raises `ListError` if there is none."""
    for line in lines:
        if line and str(line[0]).startswith(footer):
            return
        yield line
    raise ListError(f"{name}: it is cut off, since it does not end with {footer!r}")


def _json_lines(document: Any, about: JsonRecords) -> Iterator[Sequence[object]]:
    """The headings, and the values of each object or array in their order."""
    rows = follow(document, about.rows)
    rows = list(rows.values()) if isinstance(rows, Mapping) else rows
    if not isinstance(rows, list):
        return
    if about.headings:
        headings = follow(document, about.headings)
        yield from ([headings, *rows] if isinstance(headings, list) else [])
        return
    objects = [row for row in rows if isinstance(row, Mapping)]
    keys = list(dict.fromkeys(key for row in objects for key in row))
    yield keys
    for row in objects:
        yield ["" if row.get(key) is None else row[key] for key in keys]


def _workbook_lines(file: IO[bytes], name: str) -> Iterator[Sequence[object]]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ModuleNotFoundError as error:
        raise ListError(
            f"{name}: reading a workbook needs python-calamine: pip install spock-core[workbooks]"
        ) from error
    content = file.read()
    try:
        _check_unpacked_size(content, name)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise ListError(f"{name}: it is not a workbook, or it is damaged") from error
    for line in sheet.iter_rows():
        yield [_number(cell) if isinstance(cell, float) else cell for cell in line]


def _number(cell: float) -> float | int:
    """A number without the fraction that a workbook gives to whole numbers."""
    return int(cell) if cell.is_integer() else cell


def _check_unpacked_size(content: bytes, name: str) -> None:
    """Raises `ListError` for an XLSX workbook that would fill the memory; an XLS is not packed."""
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED_BYTES:
        raise ListError(f"{name}: it would unpack to {unpacked:,} bytes: refused as a bomb")
