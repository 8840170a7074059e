"""Opens a register to read it: nothing is written, and no right to write is needed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from spock_core.domain.errors import OlderSchema
from spock_core.domain.stop import Stop
from spock_core.store.connection import versions
from spock_core.store.connection.address import TIMEOUT_S, engine_of, file_of, parse_url
from spock_core.store.connection.database import Database
from spock_core.store.connection.locked import upgrade
from spock_core.store.connection.opening import check_exists, set_up_sqlite
from spock_core.store.connection.postgresql import postgresql_engine


def open_for_reading(address: str | URL, *, timeout_s: float = TIMEOUT_S) -> Database:
    """Opens a register whose schema is that of this version of Spock.

    Raises `UsageError` for an invalid URL; `NoRegister` if there is none; `StoreError` if it has
    another schema or cannot be read.
    """
    url = parse_url(address) if isinstance(address, str) else address
    path = file_of(url)
    if path is not None:
        check_exists(url, path)
        file = path
        engine = engine_of(url, creator=lambda: _connect(file, timeout_s))
        set_up_sqlite(engine, timeout_s)
    elif url.get_backend_name() == "postgresql":
        engine = postgresql_engine(url, timeout_s).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    else:
        engine = engine_of(url)
    database = Database(engine)
    try:
        versions.bring_up_to_date(database, path, create=False, migrate=False)
    except BaseException:
        database.close()
        raise
    return database


def open_up_to_date(address: str, *, timeout_s: float = TIMEOUT_S) -> Database:
    """Opens a register to read it; one with an older schema is upgraded first.

    Only the upgrade needs the right to write. Raises the errors of both.
    """
    try:
        return open_for_reading(address, timeout_s=timeout_s)
    except OlderSchema:
        upgrade(address, timeout_s=timeout_s, stop=Stop())
        return open_for_reading(address, timeout_s=timeout_s)


def _connect(path: Path, timeout_s: float) -> Any:
    """Connects to an SQLite file so that nothing can be written.

    In WAL mode, SQLite needs files beside the register even to read, and makes them if they are
    missing. A reader who may write opens it as a writer does, so that these files are removed at
    the end; they would belong to the reader, and the next run might not be allowed to use them.
    Where the folder cannot be written and no run is at work, the register is read as a file that
    does not change: https://sqlite.org/wal.html#read_only_databases
    """
    address = path.resolve().as_uri()
    if os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK):
        connection = sqlite3.connect(
            f"{address}?mode=rw", timeout_s, uri=True, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        return connection
    file = f"{address}?mode=ro"
    connection = sqlite3.connect(file, timeout_s, uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.OperationalError:
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return sqlite3.connect(f"{file}&immutable=1", uri=True, check_same_thread=False)
    return connection
