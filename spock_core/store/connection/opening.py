"""Opens a register: creates or migrates it, and sets its connections up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL

from spock_core.domain.errors import NoRegister
from spock_core.settings.model import SANDBOX_DATABASE
from spock_core.store.connection import versions
from spock_core.store.connection.address import (
    TIMEOUT_S,
    check_folder,
    engine_of,
    file_of,
    label_of,
    parse_url,
)
from spock_core.store.connection.database import Database
from spock_core.store.connection.postgresql import postgresql_engine

MADE_UP = SANDBOX_DATABASE.removeprefix("sqlite:///")
"""The register of `--sandbox`, where none is named."""


def open_database(
    text: str, *, create: bool, migrate: bool = True, timeout_s: float = TIMEOUT_S
) -> Database:
    """Opens the register, and brings its schema to this version of Spock.

    Without `create`, a register that does not exist is an error; without `migrate`, one with an
    older schema is. Raises `UsageError` for a URL that is none, `StoreError` for the rest.
    """
    url = parse_url(text)
    path = file_of(url)
    if path is not None and not create:
        check_exists(url, path)
    if url.get_backend_name() == "postgresql":
        engine = postgresql_engine(url, timeout_s)
    else:
        engine = engine_of(url)
    if url.get_backend_name() == "sqlite":
        set_up_sqlite(engine, timeout_s)
    database = Database(engine)
    try:
        versions.bring_up_to_date(database, path, create=create, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return database


def check_exists(url: URL, path: Path) -> None:
    """Raises `NoRegister` if an SQLite register is not there."""
    check_folder(path, label_of(url))
    if not path.exists():
        made_up = path.with_name(MADE_UP).exists() and path.name != MADE_UP
        hint = f"; {MADE_UP} is there: add --sandbox" if made_up else ""
        raise NoRegister(f"there is no register at {label_of(url)} yet: run `spock enrich`{hint}")


def set_up_sqlite(engine: Engine, timeout_s: float) -> None:
    """WAL, foreign keys, and transactions that begin when we say so (SQLAlchemy's own recipe)."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(timeout_s * 1000)}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.info.get("spock_begin", "BEGIN"))
