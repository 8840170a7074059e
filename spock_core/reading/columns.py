"""The columns of what is read from a register: their names and what kind of value each has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Boolean, ColumnElement, Float, Integer

from spock_core.domain.errors import UsageError
from spock_core.domain.text import did_you_mean
from spock_core.reading.choices import texts
from spock_core.store.utc_date_time import UtcDateTime


class Kind(StrEnum):
    """What kind of value a column has. Any of them may be missing."""

    TEXT = "text"
    CATEGORY = "category"
    """Text of which there are few different ones, such as sectors."""
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    MOMENT = "moment"
    """A time in UTC."""


class Column(NamedTuple):
    """One column."""

    name: str
    kind: Kind


CATEGORIES = frozenset(
    {
        "asset_type",
        "change",
        "currency",
        "data_source",
        "exchange",
        "industry",
        "industry_code",
        "industry_group",
        "industry_group_code",
        "industry_source",
        "kis_exchange",
        "kis_sector_code",
        "region",
        "sector",
        "sector_code",
        "sector_source",
        "security_type",
        "source",
    }
)
"""Columns of text of which there are few different ones, whatever the size of the register."""


def columns_of(selected: Iterable[ColumnElement[object]]) -> tuple[Column, ...]:
    """Returns the columns of a query, by their names and SQL types."""
    return tuple(Column(str(one.key), _kind(one)) for one in selected)


def choose(columns: Sequence[Column], names: Iterable[str] | None) -> tuple[Column, ...]:
    """Returns the columns with these names, in their order; all of them for None.

    Raises `UsageError` for a name that is none of them, and for one that is named twice.
    """
    if names is None:
        return tuple(columns)
    by_name = {column.name: column for column in columns}
    chosen = texts(names)
    for name in chosen:
        if name not in by_name:
            hint = did_you_mean(name, by_name)
            raise UsageError(
                f"there is no column {name!r}{hint or ': choose from ' + ', '.join(by_name)}"
            )
    if not chosen or len(set(chosen)) < len(chosen):
        raise UsageError(f"columns {', '.join(chosen)!r}: name one or more, each of them once")
    return tuple(by_name[name] for name in chosen)


def _kind(one: ColumnElement[object]) -> Kind:
    match one.type:
        case UtcDateTime():
            return Kind.MOMENT
        case Boolean():
            return Kind.BOOLEAN
        case Integer():
            return Kind.INTEGER
        case Float():
            return Kind.NUMBER
        case _:
            return Kind.CATEGORY if one.key in CATEGORIES else Kind.TEXT
