"""Opens a register: creates or migrates it, and sets its connections up."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from spock_core.domain.errors import NoRegister
from spock_core.domain.stop import Stop
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

SLICE_S = 0.1
"""So soon a wait for another program ends where the run is asked to stop."""


def open_database(
    text: str,
    *,
    create: bool,
    migrate: bool = True,
    timeout_s: float = TIMEOUT_S,
    stop: Stop | None = None,
) -> Database:
    """Opens the register, and brings its schema to this version of Spock.

    Without `create`, a register that does not exist is an error; without `migrate`, one with an
    older schema is. `stop` ends a wait for the writer's lock. Raises `UsageError` for a URL that is
    none, `StoreError` for the rest.
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
        set_up_sqlite(engine, timeout_s, stop or Stop())
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


def set_up_sqlite(engine: Engine, timeout_s: float, stop: Stop | None = None) -> None:
    """WAL, foreign keys, and transactions that begin when we say so (SQLAlchemy's own recipe).

    SQLite itself waits for other programs, and nothing can end its wait. So the one wait that may
    be long, for the writer's lock at the beginning of a transaction, is made of short ones here.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(_busy_timeout(timeout_s))
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        statement = connection.info.get("spock_begin", "BEGIN")
        if statement == "BEGIN" or stop is None:
            connection.exec_driver_sql(statement)
            return
        # not by SQLAlchemy, whose part of a short statement costs more than SQLite's
        driver: Any = connection.connection.driver_connection
        driver.execute(_busy_timeout(min(timeout_s, SLICE_S)))
        try:
            _begin_in_turn(connection, statement, time.monotonic() + timeout_s, stop)
        finally:
            driver.execute(_busy_timeout(timeout_s))


def _begin_in_turn(connection: Connection, statement: str, deadline: float, stop: Stop) -> None:
    """Begins a transaction once no other program writes. Raises `Stopped` if asked to stop."""
    while True:
        try:
            connection.exec_driver_sql(statement)
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
            stop.check()
            if time.monotonic() >= deadline:
                raise
        else:
            return


def _busy_timeout(seconds: float) -> str:
    return f"PRAGMA busy_timeout = {int(seconds * 1000)}"
