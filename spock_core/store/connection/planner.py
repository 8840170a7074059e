"""What PostgreSQL's planner knows of the tables that a run fills.

Of a region that its statistics do not have it expects a few rows, and then sorts all of it for
every batch that is read, or compares each row with each. Autovacuum collects statistics a minute
after a table has changed, which is too late for a run.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table

_TARGET = 10
"""PostgreSQL looks at 300 rows for each of these: enough to tell how many a region has."""


def collect_statistics(connection: Connection, table: Table, *others: str) -> None:
    """Tells PostgreSQL's planner of a table's key, and of other columns.

    Of these alone, and roughly, so that it takes milliseconds and autovacuum still sees to all
    columns. Nothing happens while somebody else does it, nor where the table is another role's.
    """
    if connection.dialect.name == "postgresql":
        columns = ", ".join([*table.primary_key.columns.keys(), *others])
        connection.exec_driver_sql(
            f"SET LOCAL default_statistics_target = {_TARGET};"
            f" ANALYZE (SKIP_LOCKED) {table.name} ({columns})"
        )
