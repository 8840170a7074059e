"""Many rows at once into PostgreSQL: by COPY, which costs a third of a statement for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, TextClause, delete, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

FEWEST = 50
"""Below so many rows, a statement for each costs less than what surrounds a COPY."""
_BINARY = {
    "BOOLEAN": "bool",
    "FLOAT": "float8",
    "INTEGER": "int4",
    "TEXT": "text",
    "TIMESTAMP WITHOUT TIME ZONE": "timestamp",
    "VARCHAR": "text",
}
"""The server's name of a column's type, by its SQL. Values in binary cost the driver a third of the
time of text, which it escapes."""


def is_worth_copying(connection: Connection, rows: Sized) -> bool:
    """Whether these rows are many, and the database and its driver know COPY."""
    dialect = connection.dialect
    return len(rows) >= FEWEST and (dialect.name, dialect.driver) == ("postgresql", "psycopg")


def copy_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, one or more, that all have the same columns."""
    copy_plain(connection, table, list(rows[0]), bound_rows(connection, table, rows))


def copy_plain(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts rows whose values the driver takes as they are.

    Raises what SQLAlchemy raises for a statement of its own.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    types = [_BINARY[table.c[name].type.compile(dialect).partition("(")[0]] for name in names]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect
        ) from error


def copy_aside(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> Table:
    """Returns a temporary table with these rows, from which statements can bring them to `table`.

    It has the columns of `table` without their constraints, belongs to the connection, and is
    empty again at the end of the transaction. The rows' primary keys differ.
    """
    columns = [Column(column.name, column.type) for column in table.c]
    aside = Table(
        f"spock_aside_{table.name}",
        MetaData(),
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DELETE ROWS",
    )
    connection.execute(CreateTable(aside, if_not_exists=True))
    connection.execute(delete(aside))  # the transaction may have brought others before
    copy_rows(connection, aside, rows)
    return aside


def last_of_each(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several rows with one primary key, the last."""
    keys = itemgetter(*table.primary_key.columns.keys())
    return list({keys(row): row for row in rows}.values())


def may_be_known(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the table has rows between the first and the last of these keys, of one region.

    A batch comes in the order of its keys, so that there are none while a region is new.
    """
    first, second, *_ = table.primary_key.columns.keys()
    beginnings = {row[first] for row in rows}
    if len(beginnings) > 1:
        return True
    given = {"first": beginnings.pop(), "others": [row[second] for row in rows]}
    return bool(connection.execute(_between(table.name, first, second), given).scalar())


@cache
def _between(table: str, first: str, second: str) -> TextClause:
    """The statement of `may_be_known`. The server finds the first and the last key, as it may have
    another order than Python."""
    others = "FROM unnest(CAST(:others AS varchar[])) AS other"
    return text(
        f"SELECT EXISTS (SELECT FROM {table} WHERE {first} = :first AND {second}"  # noqa: S608  constants
        f" BETWEEN (SELECT min(other) {others}) AND (SELECT max(other) {others}))"
    )


def bound_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    """Returns rows, one or more with the same columns, as tuples that the driver takes."""
    columns = (_bound(connection, table.c[name], [row[name] for row in rows]) for name in rows[0])
    return list(zip(*columns, strict=True))


def _bound(connection: Connection, column: Column[Any], values: list[Any]) -> Iterable[Any]:
    """A column's values as the driver takes them."""
    dialect = connection.dialect
    process: Callable[[Any], Any] | None
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    known = {value: process(value) for value in set(values)}  # thousands of rows have one moment
    return [known[value] for value in values]
