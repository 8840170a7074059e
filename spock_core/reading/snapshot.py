"""One state of some rows of a register, while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from spock_core.reading.columns import Column


class Snapshot(NamedTuple):
    """One state of the rows, while their transaction lasts."""

    columns: Sequence[Column]
    batches: Iterator[Sequence[Sequence[Any]]]
    """The rows, in the order of `columns`."""
    categories: Mapping[str, Sequence[str]]
    """The values of each column of the kind `CATEGORY`, sorted."""
    as_of: datetime | None = None
    """The moment, in UTC, at which the register said this; None: now."""
