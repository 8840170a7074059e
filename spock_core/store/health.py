"""Whether the register is whole."""

from __future__ import annotations

from sqlalchemy import Connection, text


def check_integrity(connection: Connection) -> list[str]:
    """What is wrong, in the database's own words; nothing where all is well.

    SQLite checks every page and every reference; other databases keep watch over themselves.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT 1"))
        return []
    pages = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
    if pages != ["ok"]:
        return [str(line) for line in pages]
    strays = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [f"a row of {row[0]} belongs to nothing" for row in strays[:10]]
