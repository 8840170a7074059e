"""Finds the headings of a table and makes rows of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice, repeat

from spock_core.domain.errors import ListError
from spock_core.domain.tables import Row, Table
from spock_core.domain.text import sanitize

MOST_CELLS = 1_000_000
"""Of all rows, whether they are filled or not, and four more for each row: its memory is that of a
dictionary. The largest known table, HKEX's, has 15,400 rows of 22 cells."""
MOST_COLUMNS = 500
LONGEST_CELL = 20_000
"""Characters of a cell that are kept. Some cells list all tickers of an industry."""
LONGEST_PREAMBLE = 50
"""Lines within which the headings must be."""


def table_of(name: str, lines: Iterable[Sequence[object]], needs: Sequence[str]) -> Table:
    """Returns the table that these lines of cells are.

    The first line with all headings that are needed is that of the headings, and a column without
    heading is ignored. A cell that a short line lacks is empty. Raises `ListError` if there is no
    such line, no row under it, or too many.
    """
    above: list[tuple[str, ...]] = []
    rest = iter(lines)
    for line in islice(rest, LONGEST_PREAMBLE):
        cells = cells_of(line)
        if set(needs) <= set(cells):
            return Table(name, tuple(above), _rows(name, cells, rest))
        above.append(cells)
    raise ListError(f"{name}: {_lacks(above, needs)}")


def cells_of(line: Sequence[object]) -> tuple[str, ...]:
    """Returns the cells of a line as harmless text."""
    return tuple(sanitize(str(cell), LONGEST_CELL) for cell in line[:MOST_COLUMNS])


def _rows(name: str, headings: Sequence[str], lines: Iterable[Sequence[object]]) -> list[Row]:
    rows: list[Row] = []
    most = MOST_CELLS // (len(headings) + 4)
    for line in lines:
        cells = cells_of(line)
        if any(cells):
            padded = chain(cells, repeat(""))
            rows.append({head: cell for head, cell in zip(headings, padded, strict=False) if head})
        if len(rows) > most:
            raise ListError(f"{name}: it has more than {most:,} rows of {len(headings)} columns")
    if not rows:
        raise ListError(f"{name}: it has headings and no rows")
    return rows


def _lacks(above: Sequence[Sequence[str]], needs: Sequence[str]) -> str:
    """Says which headings are missing from the line that has most of them."""
    if not above:
        return "it is empty"
    best = max(above, key=lambda cells: len(set(needs) & set(cells)))
    missing = [heading for heading in needs if heading not in best]
    return f"it has no column {', '.join(map(repr, missing))}"
