"""Prints tables for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from spock_core.domain.text import escape_formula


def table_text(
    headers: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()
) -> str:
    """A table as plain text, as wide as it needs to be, so that pipes and files get all of it."""
    numbers = set(right)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    out = io.StringIO()
    Console(file=out, width=1000, color_system=None).print(table)
    text = out.getvalue().replace("─", "-")  # not every terminal can show the line
    return "\n".join(line.rstrip() for line in text.splitlines())


def markdown_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = ()
) -> str:
    """A table in Markdown. Cells are taken as they are: escape what comes from outside."""
    numbers = set(right)
    lines = [headers, ["---:" if header in numbers else "---" for header in headers], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV. Text is kept from being a formula where a spreadsheet opens it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue()


def show_table(
    headers: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()
) -> None:
    """Prints a table."""
    print(table_text(headers, rows, right=right))
