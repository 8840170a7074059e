"""A list of what was read of a register, which becomes a frame as rows do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from spock_core.classification.explain import Explanation
from spock_core.domain.results import RegionCoverage
from spock_core.reading.columns import Column, Kind
from spock_core.reading.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Value = TypeVar("Value")
Cells = Mapping[Column, Any]
"""The cells of one row, by column."""


class Values(list[Value]):
    """A list of values. A frame has a row for each, with plain cells alone."""

    def __init__(self, values: Iterable[Value], cells: Callable[[Value], Cells]) -> None:
        super().__init__(values)
        self._cells = cells

    def to_arrow(self) -> pa.Table:
        """Returns a table of Arrow. Raises `UsageError` if pyarrow is missing."""
        from spock_core.reading import arrow

        rows = [self._cells(value) for value in self]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        body = [[row.get(column) for column in columns] for row in rows]
        return arrow.table(Snapshot(columns, iter([body] if body else []), _categories(rows)))

    def to_pandas(self) -> pd.DataFrame:
        """Returns a frame of pandas. Raises `UsageError` if pyarrow is missing."""
        from spock_core.reading import arrow

        return arrow.as_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """Returns a frame of polars. Raises `UsageError` if pyarrow or polars is missing."""
        from spock_core.reading import arrow

        return arrow.as_polars(self.to_arrow())


def coverage_cells(region: RegionCoverage) -> Cells:
    """Returns the row of a region: how many stocks have a value, by field and by source of the
    sector."""
    counts = {"listings": region.listings, "inactive": region.inactive, "stocks": region.stocks}
    counts |= {f"with_{field}": number for field, number in region.known.items()}
    counts |= {f"sector_by_{source}": number for source, number in region.by_source.items()}
    moments = {"oldest": region.oldest, "newest": region.newest, "listed_at": region.listed_at}
    return {
        Column("region", Kind.CATEGORY): region.region,
        **{Column(name, Kind.INTEGER): number for name, number in counts.items()},
        Column("coverage", Kind.NUMBER): region.coverage,
        **{Column(name, Kind.MOMENT): moment for name, moment in moments.items()},
    }


def explanation_cells(one: Explanation) -> Cells:
    """Returns the row of an observation."""
    return {
        Column("source", Kind.CATEGORY): one.observation.source,
        Column("words", Kind.TEXT): one.statement,
        Column("means", Kind.TEXT): one.means or None,
        Column("confidence", Kind.NUMBER): one.confidence,
        Column("reason", Kind.TEXT): one.reason,
        Column("decides", Kind.TEXT): ", ".join(one.decides) or None,
        Column("observed_at", Kind.MOMENT): one.observation.observed_at,
    }


def _categories(rows: Sequence[Cells]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        for column, cell in row.items():
            if column.kind is Kind.CATEGORY:
                found.setdefault(column.name, set()).add(cell)
    return {name: sorted(cells) for name, cells in found.items()}
