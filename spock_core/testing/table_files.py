"""Files of tables for contracts: what the sandbox makes up, read, and written again otherwise."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spock_core.domain.tables import (
    DelimitedText,
    JsonRecords,
    Row,
    Table,
    TableFile,
    Workbook,
)
from spock_core.sandbox.workbook import workbook_of
from spock_core.sources.tables.fetch import PAGE
from spock_core.sources.tables.readers import read_table

WEB_PAGE = b"<!DOCTYPE html>\n<html>\n<body>\n<p>Sign in, please</p>\n</body>\n</html>\n"
"""What servers answer with that want to know who asks."""


@dataclass(frozen=True, slots=True)
class MadeUpFile:
    """A file of a table source, as the sandbox serves it."""

    about: TableFile
    name: str
    """Its own name: that of one page, if the table has several."""
    content: bytes
    pages: int
    """Pages of its table."""

    def read(self) -> Table:
        """Returns its table. Raises `ListError` if it cannot be read."""
        return read_table(io.BytesIO(self.content), self.name, self.about)

    def with_rows(self, rows: Sequence[Row], headings: Iterable[str] = ()) -> bytes:
        """Returns the file with these rows instead of its own.

        `headings` are those of the file; by default all that its own table has.
        """
        table = self.read()
        columns = tuple(headings) or tuple(table.rows[0])
        return file_of(self.about.format, table.preamble, columns, rows, self.pages)


def made_up_files(files: Iterable[TableFile], tables: Mapping[str, bytes]) -> list[MadeUpFile]:
    """Returns those of these files that are among the sandbox's tables, page by page."""
    found: list[MadeUpFile] = []
    for about in files:
        pattern = re.escape(about.name).replace(re.escape(PAGE), r"\d+")
        names = [name for name in tables if re.fullmatch(pattern, name)]
        found += [MadeUpFile(about, name, tables[name], len(names)) for name in names]
    return found


def file_of(
    format_: DelimitedText | JsonRecords | Workbook,
    preamble: Sequence[Sequence[str]],
    headings: Sequence[str],
    rows: Sequence[Row],
    pages: int = 1,
) -> bytes:
    """Returns a file in a format of tables; `pages` is the number that it states, if it has any."""
    lines = [[row.get(heading, "") for heading in headings] for row in rows]
    match format_:
        case DelimitedText():
            return _text_of(format_, [*preamble, headings, *lines])
        case JsonRecords():
            return json.dumps(_document(format_, headings, lines, pages)).encode()
        case Workbook():
            return workbook_of([*preamble, headings, *lines])


def _text_of(format_: DelimitedText, lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    if format_.separator == ",":
        csv.writer(out).writerows(lines)
    else:
        out.writelines(f"{format_.separator.join(line)}\r\n" for line in lines)
    if format_.footer:
        out.write(f"{format_.footer}\r\n")
    return out.getvalue().encode(format_.encoding, "replace")


def _document(
    format_: JsonRecords, headings: Sequence[str], lines: Sequence[Sequence[str]], pages: int
) -> Any:
    """The document of a table: its rows, its headings and its number of pages at their keys."""
    if not format_.headings:
        rows: list[Any] = [dict(zip(headings, line, strict=True)) for line in lines]
    else:
        rows = list(lines)
    if not format_.rows:
        return rows
    document: dict[str, Any] = {}
    _put(document, format_.rows, rows)
    if format_.headings:
        _put(document, format_.headings, list(headings))
    if format_.pages:
        _put(document, format_.pages, pages)
    return document


def _put(document: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
    document[keys[-1]] = value
