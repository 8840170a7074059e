"""The formats of an export: how each is named, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from spock_core.domain.errors import UsageError
from spock_core.reading.snapshot import Snapshot


class Format(StrEnum):
    """A format; its value is also the suffix of its files."""

    PARQUET = "parquet"
    ARROW = "arrow"
    """Arrow's file format, also known as Feather 2."""
    CSV = "csv"
    JSONL = "jsonl"
    """A JSON object in each line."""


def format_of(path: Path) -> Format:
    """Returns the format that the suffix of a file names. Raises `UsageError` for another one."""
    try:
        return Format(path.suffix.removeprefix(".").lower())
    except ValueError:
        endings = ", ".join(f".{one}" for one in Format)
        raise UsageError(
            f"export {path}: its name must end in one of {endings}, or give --format"
        ) from None


Writer = Callable[[Snapshot, BinaryIO], int]
"""Writes all rows of a snapshot and returns their number."""


def writer_of(chosen: Format) -> Writer:
    """Returns what writes a format. Raises `UsageError` if it needs pyarrow, which is missing."""
    if chosen in (Format.PARQUET, Format.ARROW):
        from spock_core.reading.export import columnar

        columns: Mapping[Format, Writer] = {
            Format.PARQUET: columnar.write_parquet,
            Format.ARROW: columnar.write_arrow,
        }
        return columns[chosen]
    from spock_core.reading.export import lines

    return lines.write_csv if chosen is Format.CSV else lines.write_jsonl
