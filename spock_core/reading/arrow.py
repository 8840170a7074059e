"""Rows of a register as Arrow, pandas and polars: real times, booleans and categories.

The only module that needs the extra `arrow`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spock_core.domain.errors import UsageError, not_installed
from spock_core.domain.text import format_utc
from spock_core.reading.columns import Column, Kind
from spock_core.reading.snapshot import Snapshot

try:
    import pyarrow as pa
    from pyarrow.lib import StringBuilder
except ModuleNotFoundError as error:
    raise not_installed("a frame, Parquet or Arrow", "pyarrow", "arrow") from error

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CATEGORY: pa.dictionary(pa.int32(), pa.string()),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXTS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.BOOLEAN: str,
    Kind.INTEGER: str,
    Kind.NUMBER: repr,
    Kind.MOMENT: lambda moment: str((moment - _EPOCH) // _MICROSECOND),
}
"""How a value is written so that Arrow reads the same value again; a moment as a whole number."""


AS_OF = "as_of"
"""The key in a schema's metadata of the moment at which the register said this."""


def schema_of(snapshot: Snapshot) -> pa.Schema:
    """Returns the schema of a snapshot's columns. All of them may have missing values."""
    moment = snapshot.as_of
    metadata = None if moment is None else {AS_OF: format_utc(moment, "microseconds")}
    fields = [pa.field(column.name, _TYPES[column.kind]) for column in snapshot.columns]
    return pa.schema(fields, metadata)


def record_batches(snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
    """Yields the batches of a snapshot. All of them have the same categories."""
    schema = schema_of(snapshot)
    numbers = {
        name: {value: str(number) for number, value in enumerate(values)}
        for name, values in snapshot.categories.items()
    }
    dictionaries = {name: _strings(values) for name, values in snapshot.categories.items()}

    def array(column: Column, values: Sequence[Any]) -> pa.Array:
        if column.kind is not Kind.CATEGORY:
            return _array(column.kind, values)
        number = numbers[column.name]
        indices = _strings([None if v is None else number[v] for v in values]).cast(pa.int32())
        return pa.DictionaryArray.from_arrays(indices, dictionaries[column.name])

    for batch in snapshot.batches:
        arrays = [
            array(column, values)
            for column, values in zip(snapshot.columns, zip(*batch, strict=True), strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(kind: Kind, values: Sequence[Any]) -> pa.Array:
    """Returns an array without `pyarrow.array`, which imports pandas to ask whether it was given
    something of pandas: most of the time that an export would take."""
    if kind is Kind.TEXT:
        return _strings(values)
    text = _TEXTS[kind]
    written = _strings([None if v is None else text(v) for v in values])
    if kind is Kind.MOMENT:
        written = written.cast(pa.int64())
    return written.cast(_TYPES[kind])


def _strings(values: Sequence[str | None]) -> pa.Array:
    builder = StringBuilder()
    builder.append_values(values)
    return builder.finish()


def reader(snapshot: Snapshot, lasting: ExitStack) -> pa.RecordBatchReader:
    """Returns a reader of a snapshot that closes `lasting` when it ends."""

    def batches() -> Iterator[pa.RecordBatch]:
        with lasting:
            yield from record_batches(snapshot)

    return pa.RecordBatchReader.from_batches(schema_of(snapshot), batches())


def table(snapshot: Snapshot) -> pa.Table:
    """Returns all rows of a snapshot."""
    return pa.Table.from_batches(record_batches(snapshot), schema_of(snapshot))


def as_pandas(rows: pa.Table) -> pd.DataFrame:
    """Returns a frame; booleans and integers that may be missing have pandas' nullable types.

    What the schema says of the rows (`AS_OF`) is in its `attrs`.
    """
    import pandas as pd

    nullable = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}
    frame = rows.to_pandas(types_mapper=nullable.get)
    frame.attrs = {
        key.decode(): value.decode() for key, value in (rows.schema.metadata or {}).items()
    }
    return frame


def as_polars(rows: pa.Table) -> pl.DataFrame:
    """Returns a frame of polars. Raises `UsageError` if polars is not installed."""
    try:
        import polars as pl
    except ModuleNotFoundError as error:
        raise UsageError("to_polars needs polars: pip install polars") from error
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table becomes a frame, never a series
    return frame
