"""Writes rows whose table decides whether they are new: by its primary key.

A run writes a few rows at a time, many times. The statements of a table are made once: to make one
takes SQLAlchemy longer than it takes SQLite to execute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, Update, bindparam, insert, select, update

_AT_ONCE = 500
"""Keys in one question."""


def write_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows whose primary key is not in the table, and updates the others.

    All rows have the same columns, their primary key of two columns or more among them. Only one
    program writes to a register at a time, so no row can appear between the two.
    """
    if not rows:
        return
    names = [column.name for column in table.primary_key]
    keys = [tuple(row[name] for name in names) for row in rows]
    present = _present(connection, table, keys)
    new = [row for row, key in zip(rows, keys, strict=True) if key not in present]
    if new:
        connection.execute(_insert(table), new)
    old = [row for row, key in zip(rows, keys, strict=True) if key in present]
    update_rows(connection, table, old)


def update_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Updates rows by their primary key; all of them have the same columns."""
    if not rows:
        return
    names = [column.name for column in table.primary_key]
    bound = [{f"key_{n}" if n in names else n: value for n, value in row.items()} for row in rows]
    connection.execute(_update(table, tuple(rows[0])), bound)


def _present(
    connection: Connection, table: Table, keys: Sequence[tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    """Which of these keys, or of others that begin as they do, are in the table."""
    beginnings: dict[Any, set[Any]] = {}
    for key in keys:
        beginnings.setdefault(key[0], set()).add(key[1])
    found: set[tuple[Any, ...]] = set()
    for value, others in beginnings.items():
        ordered = sorted(others)
        for start in range(0, len(ordered), _AT_ONCE):
            some = {"first": value, "others": ordered[start : start + _AT_ONCE]}
            found.update(tuple(row) for row in connection.execute(_keys(table), some))
    return found


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Update:
    """Updates these columns, of which the key's are bound with the prefix `key_`."""
    keys = [column.name for column in table.primary_key]
    match = (table.c[name] == bindparam(f"key_{name}") for name in keys)
    values: dict[str, Any] = {name: bindparam(name) for name in columns if name not in keys}
    return update(table).where(*match).values(values)


@cache
def _keys(table: Table) -> Select[Any]:
    """The keys that begin with `first` and go on with one of `others`."""
    first, second, *_ = table.primary_key
    others = second.in_(bindparam("others", expanding=True))
    return select(*table.primary_key).where(first == bindparam("first"), others)
