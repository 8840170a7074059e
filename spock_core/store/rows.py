"""Writes rows whose table decides whether they are new: by its primary key.

A run writes a few rows at a time, many times. The statements of a table are made once: to make one
takes SQLAlchemy longer than it takes SQLite to execute it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    insert,
    select,
    update,
)

from spock_core.store.connection.copying import (
    bound_rows,
    copy_aside,
    copy_plain,
    copy_rows,
    is_worth_copying,
    last_of_each,
    may_be_known,
)

AT_ONCE = 500
"""Keys in one statement."""

T = TypeVar("T")


def in_parts(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yields the keys in parts of `AT_ONCE`: databases bound the values of a statement."""
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def write_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows whose primary key is not in the table, and updates the others.

    All rows have the same columns, their primary key of two columns or more among them. Only one
    program writes the rows of a region at a time, so none of them can appear between the two.
    """
    if not rows:
        return
    names = [column.name for column in table.primary_key]
    if is_worth_copying(connection, rows):
        rows = last_of_each(table, rows)
        if not may_be_known(connection, table, rows):
            copy_rows(connection, table, rows)
            return
        from sqlalchemy.dialects import postgresql  # not needed for SQLite

        aside = copy_aside(connection, table, rows)
        given = [aside.c[name] for name in rows[0]]
        merge = postgresql.insert(table).from_select(list(rows[0]), select(*given))
        values = {name: merge.excluded[name] for name in rows[0] if name not in names}
        connection.execute(merge.on_conflict_do_update(index_elements=names, set_=values))
        return
    if connection.dialect.name == "sqlite":
        others = [name for name in rows[0] if name not in names]
        changed = ", ".join(f"{name} = excluded.{name}" for name in others)
        clause = f"ON CONFLICT ({', '.join(names)}) DO UPDATE SET {changed}"
        insert_plain(connection, table, list(rows[0]), bound_rows(connection, table, rows), clause)
        return
    keys = [tuple(row[name] for name in names) for row in rows]
    present = _present(connection, table, keys)
    new = [row for row, key in zip(rows, keys, strict=True) if key not in present]
    insert_rows(connection, table, new)
    old = [row for row, key in zip(rows, keys, strict=True) if key in present]
    update_rows(connection, table, old)


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows that are not in the table; all of them have the same columns."""
    if is_worth_copying(connection, rows):
        copy_rows(connection, table, rows)
    elif rows:
        connection.execute(_insert(table), rows)


def insert_plain(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    merge: str = "",
) -> None:
    """Inserts many rows of values that the driver takes as they are: straight to the driver.

    `merge`: what happens to a row that is in the table, in SQL; without it, that is an error.
    """
    if not rows:
        return
    if is_worth_copying(connection, rows):
        copy_plain(connection, table, names, rows)
        return
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) {merge}"  # noqa: S608  constants
    connection.exec_driver_sql(statement, list(rows))


def update_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Updates rows by their primary key; all of them have the same columns."""
    if not rows:
        return
    names = [column.name for column in table.primary_key]
    if is_worth_copying(connection, rows):
        aside = copy_aside(connection, table, last_of_each(table, rows))
        same = and_(*(table.c[name] == aside.c[name] for name in names))
        values: dict[str, Any] = {name: aside.c[name] for name in rows[0] if name not in names}
        connection.execute(update(table).where(same).values(values))
        return
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
        for some in in_parts(sorted(others)):
            rows = connection.execute(_keys(table), {"first": value, "others": some})
            found.update(tuple(row) for row in rows)
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
