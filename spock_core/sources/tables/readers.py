"""Reads the files of tables: text, JSON and workbooks, all of them untrusted."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from spock_core.domain.errors import ListError
from spock_core.domain.tables import DelimitedText, JsonRecords, Table, TableFile, Workbook
from spock_core.sources.documents import bounded_int
from spock_core.sources.tables.headings import MOST_COLUMNS, table_of
from spock_core.sources.tables.workbooks import workbook_lines

MOST_JSON_BYTES = 16 * 1024 * 1024
MOST_JSON_VALUES = 400_000
"""Of one document, which is parsed as a whole: it takes 80 MB of memory at most. The SEC's has
40,000 values in 0.6 MB."""
LONGEST_LINE = 1_000_000
"""Characters of a line of text. Some holdings have one line for a whole industry."""
MOST_PAGES = 200
"""Pages of one table. Eastmoney's table of Hong Kong has 14."""


def read_table(file: IO[bytes], name: str, about: TableFile) -> Table:
    """Returns the table in a file of this name.

    Raises `ListError` if the file is damaged, lacks a heading that is needed, or has no row.
    """
    try:
        match about.format:
            case DelimitedText(separator, encoding, footer):
                lines_of_text = _text_lines(file, name, separator, encoding)
                with contextlib.closing(lines_of_text) as all_lines:
                    lines: Iterable[Sequence[object]] = all_lines
                    if footer:
                        lines = _before_footer(lines, footer, name)
                    return table_of(name, lines, about.needs)
            case JsonRecords():
                return table_of(name, _json_lines(read_json(file, name), about.format), about.needs)
            case Workbook():
                return table_of(name, workbook_lines(file, name), about.needs)
    except (UnicodeError, csv.Error) as error:  # UTF-16 without a byte order mark is the former
        raise ListError(f"{name}: it is not the text that it should be ({error})") from error


def read_json(file: IO[bytes], name: str) -> Any:
    """Returns a JSON document. Raises `ListError` if it is none, too large or nested too deeply."""
    content = file.read(MOST_JSON_BYTES + 1)
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if len(content) > MOST_JSON_BYTES or values > MOST_JSON_VALUES:
        raise ListError(
            f"{name}: it has more than {MOST_JSON_BYTES // 1024**2} MB, or more than "
            f"{MOST_JSON_VALUES:,} values"
        )
    try:
        return json.loads(content, parse_int=bounded_int)
    except (ValueError, RecursionError) as error:
        raise ListError(f"{name}: it is not JSON ({type(error).__name__})") from None


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


def _text_lines(
    file: IO[bytes], name: str, separator: str, encoding: str
) -> Generator[list[str], None, None]:
    """Yields the lines. Close it before the file: it gives the file back, open, when it ends."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    lines = _bounded_lines(text, name)
    try:
        if separator == ",":
            yield from csv.reader(lines)
        else:  # a quote is a character like any other, which Nasdaq's names contain
            yield from csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    finally:
        text.detach()


def _bounded_lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ListError(f"{name}: it has a line of more than {LONGEST_LINE:,} characters")
        yield line


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
    distinct = dict.fromkeys(key for row in objects for key in row)
    keys = dict.fromkeys(islice(distinct, MOST_COLUMNS))
    yield list(keys)
    for row in objects:
        if keys.keys().isdisjoint(row):  # else its cells would be made, and all be empty
            continue
        yield ["" if row.get(key) is None else row[key] for key in keys]
