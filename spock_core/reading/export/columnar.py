"""Rows as Parquet and as Arrow's file format. Needs the extra `arrow`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from spock_core.reading.arrow import record_batches, schema_of
from spock_core.reading.snapshot import Snapshot

import pyarrow as pa  # isort: skip  the module above says what to install
from pyarrow import ipc, parquet  # isort: skip

_ROW_GROUP = 100_000
"""Rows of Parquet that are compressed together, and in memory until then."""


def write_parquet(snapshot: Snapshot, file: BinaryIO) -> int:
    """Writes Parquet, in which readers that know Arrow find the categories again."""
    schema = schema_of(snapshot)
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        for batches in _groups(record_batches(snapshot)):
            table = pa.Table.from_batches(batches, schema)
            writer.write_table(table, row_group_size=_ROW_GROUP)
            count += table.num_rows
    return count


def write_arrow(snapshot: Snapshot, file: BinaryIO) -> int:
    """Writes Arrow's file format."""
    count = 0
    with ipc.new_file(file, schema_of(snapshot)) as writer:
        for batch in record_batches(snapshot):
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Yields as many batches together as make a row group."""
    group: list[pa.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(one.num_rows for one in group) >= _ROW_GROUP:
            yield group
            group = []
    if group:
        yield group
