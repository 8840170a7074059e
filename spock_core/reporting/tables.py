"""Tables as text, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spock_core.domain.text import escape_formula
from spock_core.reporting import terminal
from spock_core.reporting.fitting import GAP, continued, fit, width_of
from spock_core.reporting.fitting import cut as cut_text
from spock_core.reporting.output import show
from spock_core.reporting.terminal import Style, styled


class Cell(NamedTuple):
    """A cell with a style, which only a terminal shows."""

    text: str
    style: Style


def table_text(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Iterable[str] = (),
    cut: Iterable[str] = (),
    lesser: Iterable[str] = (),
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Returns a table as text, without control characters and bidirectional marks.

    The columns named in `right` are aligned to the right. With a `width`, the columns in `cut` may
    be cut to fit it, by default all that are not in `right`, but for the first; and the columns in
    `lesser` may be left out, the first of them first, then the others from the last on. Without a
    width, the table is as wide as its cells need, so that pipes and files get all of it.
    """
    numbers = {headers.index(name) for name in right}
    body = [[_cell(value) for value in row] for row in rows]
    widths = [
        max([width_of(header), *(width_of(cells[number][0]) for cells in body)])
        for number, header in enumerate(headers)
    ]
    shown = dict(enumerate(widths))
    if width is not None:
        can_cut = {headers.index(name) for name in cut} or set(range(1, len(headers))) - numbers
        first = [headers.index(name) for name in lesser]
        dropped = [*first, *(n for n in range(len(headers) - 1, 0, -1) if n not in first)]
        shown = fit(widths, width, can_cut=can_cut, lesser=dropped)
    bold = Style.BOLD if colour else None

    def line(cells: Sequence[tuple[str, Style | None]]) -> str:
        parts = []
        for number, room in shown.items():
            text, style = cells[number]
            text = cut_text(text, room)
            space = " " * (room - width_of(text))
            text = styled(text, style if colour else None)
            parts.append(space + text if number in numbers else text + space)
        return GAP.join(parts).rstrip()

    whole = sum(shown.values()) + len(GAP) * (len(shown) - 1)
    rule = "-" * (whole if width is None else min(whole, width))
    return "\n".join([line([(h, bold) for h in headers]), rule, *(line(cells) for cells in body)])


def _cell(value: Any) -> tuple[str, Style | None]:
    text, style = value if isinstance(value, Cell) else (str(value), None)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text, style


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


def show_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], **layout: Any) -> None:
    """Prints a table: fitted to the terminal and coloured there, plain and whole elsewhere.

    `layout` has `right`, `cut` and `lesser` of `table_text`. Raises `OutputError` if stdout cannot
    be written.
    """
    show(fitted_table(headers, rows, **layout))


def fitted_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], **layout: Any) -> str:
    """Returns what `show_table` prints."""
    return table_text(headers, rows, width=terminal.width(), colour=terminal.has_colour(), **layout)


def fitted_lines(lines: Iterable[str], *, indent: int = 2) -> str:
    """Returns lines as text: parted on a terminal that is too narrow, as they are elsewhere.

    `indent`: where a parted line goes on.
    """
    width = terminal.width()
    if width is None:
        return "\n".join(lines)
    return "\n".join(part for line in lines for part in continued(line, width, indent))
