"""Tables as text, Markdown and CSV."""

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
    """Returns a table as plain text.

    It is as wide as its cells need, whatever the terminal, so that pipes and files get the whole
    table. The columns named in `right` are aligned to the right.
    """
    numbers = set(right)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    out = io.StringIO()
    Console(file=out, width=1000, color_system=None).print(table)
    text = out.getvalue().replace("─", "-")  # not every terminal can display the line
    return "\n".join(line.rstrip() for line in text.splitlines())


def markdown_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = ()
) -> str:
    """Returns a table in Markdown. Cells are not escaped; the caller must escape untrusted text."""
    numbers = set(right)
    lines = [headers, ["---:" if header in numbers else "---" for header in headers], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Returns a table as CSV. Text that a spreadsheet would execute as a formula is escaped."""
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
    """Prints a table as plain text."""
    print(table_text(headers, rows, right=right))
