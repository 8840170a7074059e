"""The type of columns that keep a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC without an offset, so that every database sorts it as text does."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Aware in, naive UTC to the database."""
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Reads each moment once: thousands of rows have the same."""
        process = super().result_processor(dialect, coltype)
        return process and lru_cache(maxsize=1_000)(process)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Naive UTC from the database, aware out."""
        return value.replace(tzinfo=UTC) if value is not None else None
