"""Rows of a register: read anew, and in batches, each time that they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, select

from spock_core.reading.columns import Column, Kind, choose, columns_of
from spock_core.reading.snapshot import Snapshot
from spock_core.store.connection.database import Database

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

BATCH = 10_000
"""Rows that are in memory at once."""

Record = TypeVar("Record")


class Rows(Generic[Record]):
    """The rows of a query. Nothing is read until they are iterated over or converted.

    Iterating yields values of one type, in the order of their keys. Each reading sees one state of
    the register, also while a run writes to it, and holds `BATCH` rows in memory.
    """

    def __init__(
        self,
        database: Database,
        query: Select[Any],
        record: Callable[..., Record],
        as_of: datetime | None = None,
    ) -> None:
        self.as_of = as_of
        """The moment, in UTC, at which the register said this; None: now."""
        self._database = database
        self._query = query
        self._record = record

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in their order."""
        return columns_of(self._query.selected_columns)

    def __iter__(self) -> Iterator[Record]:
        with self._reading() as connection:
            for batch in _batches(connection, self._query):
                yield from (self._record(*row) for row in batch)

    def __len__(self) -> int:
        query = select(func.count()).select_from(self._query.order_by(None).subquery())
        with self._reading() as connection:
            return connection.execute(query).scalar_one()

    def __bool__(self) -> bool:
        return len(self) > 0

    @contextmanager
    def snapshot(
        self, columns: Iterable[str] | None = None, *, categories: bool = False
    ) -> Iterator[Snapshot]:
        """Opens the rows with the named columns, or all.

        `categories`: whether the values of categories are needed; they cost another query. Raises
        `UsageError` for a column that does not exist.
        """
        chosen = choose(self.columns, columns)
        selected = self._query.selected_columns
        query = self._query.with_only_columns(
            *(selected[column.name] for column in chosen), maintain_column_froms=True
        )
        with self._reading() as connection:
            found = _categories(connection, query, chosen) if categories else {}
            yield Snapshot(chosen, _batches(connection, query), found, self.as_of)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.read()

    def to_batches(self, columns: Iterable[str] | None = None) -> pa.RecordBatchReader:
        """Returns the rows as a stream of Arrow, for what is larger than memory.

        The stream holds its transaction until it is read to its end or dropped. Raises `UsageError`
        if pyarrow is not installed.
        """
        from spock_core.reading import arrow

        with ExitStack() as stack:
            snapshot = stack.enter_context(self.snapshot(columns, categories=True))
            return arrow.reader(snapshot, stack.pop_all())

    def to_arrow(self, columns: Iterable[str] | None = None) -> pa.Table:
        """Returns the rows as a table of Arrow. Raises `UsageError` if pyarrow is missing."""
        from spock_core.reading import arrow

        with self.snapshot(columns, categories=True) as snapshot:
            return arrow.table(snapshot)

    def to_pandas(self, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Returns the rows as a frame of pandas. Raises `UsageError` if pyarrow is missing."""
        from spock_core.reading import arrow

        return arrow.as_pandas(self.to_arrow(columns))

    def to_polars(self, columns: Iterable[str] | None = None) -> pl.DataFrame:
        """Returns the rows as a frame of polars.

        Raises `UsageError` if pyarrow or polars is missing.
        """
        from spock_core.reading import arrow

        return arrow.as_polars(self.to_arrow(columns))


def _batches(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    result = connection.execution_options(yield_per=BATCH).execute(query)
    yield from result.partitions()


def _categories(
    connection: Connection, query: Select[Any], columns: Sequence[Column]
) -> dict[str, list[str]]:
    names = [column.name for column in columns if column.kind is Kind.CATEGORY]
    found: dict[str, set[str]] = {name: set() for name in names}
    if names:
        inner = query.order_by(None).subquery()
        distinct = select(*(inner.c[name] for name in names)).distinct()
        for row in connection.execute(distinct):
            for name, value in zip(names, row, strict=True):
                if value is not None:
                    found[name].add(value)
    return {name: sorted(values) for name, values in found.items()}
