"""Opens the register's database, and gives connections that read or write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from spock_core.errors import NoRegister, StoreError
from spock_core.settings import SANDBOX_DATABASE
from spock_core.store import versions
from spock_core.store.address import engine_of, file_of, label_of, parse_url

MADE_UP = SANDBOX_DATABASE.removeprefix("sqlite:///")
"""The register of `--sandbox`, where none is named."""
TIMEOUT_S = 30.0
"""How long to wait for another program that holds an SQLite register."""


class Database:
    """The register. `open_database` makes one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def label(self) -> str:
        """How messages name it: the URL without its password."""
        return label_of(self._engine.url)

    def plainly(self) -> AbstractContextManager[None]:
        """Within it, what the database says in many words is said in one line, as `StoreError`."""
        return _plainly(self.label)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a transaction that sees one state of the register."""
        with _plainly(self.label), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection without a transaction; `write_on` opens one on it."""
        with _plainly(self.label), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is kept, or nothing."""
        with self.connect() as connection, write_on(connection):
            yield connection

    def use_wal(self) -> None:
        """Lets readers read while a run writes. SQLite keeps it in the file, so once is enough."""
        if self._engine.dialect.name == "sqlite":
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
            finally:
                raw.close()

    def close(self) -> None:
        """Gives all connections back."""
        self._engine.dispose()


@contextmanager
def write_on(connection: Connection) -> Iterator[None]:
    """One transaction that writes. On SQLite it takes the writer's lock at its start."""
    connection.info["spock_begin"] = "BEGIN IMMEDIATE"
    try:
        with connection.begin():
            yield
    finally:
        connection.info.pop("spock_begin", None)


def open_database(
    text: str, *, create: bool, migrate: bool = True, timeout_s: float = TIMEOUT_S
) -> Database:
    """Opens the register, and brings its schema to this version of Spock.

    Without `create`, a register that does not exist is an error; without `migrate`, one with an
    older schema is. Raises `UsageError` for a URL that is none, `StoreError` for the rest.
    """
    url = parse_url(text)
    path = file_of(url)
    if path is not None and not create and not path.exists():
        made_up = path.with_name(MADE_UP).exists() and path.name != MADE_UP
        hint = f"; {MADE_UP} is there: add --sandbox" if made_up else ""
        raise NoRegister(f"there is no register at {label_of(url)} yet: run `spock enrich`{hint}")
    engine = engine_of(url)
    if url.get_backend_name() == "sqlite":
        _set_up_sqlite(engine, timeout_s)
    database = Database(engine)
    try:
        versions.bring_up_to_date(database, path, create=create, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return database


def _set_up_sqlite(engine: Engine, timeout_s: float) -> None:
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


@contextmanager
def _plainly(label: str) -> Iterator[None]:
    """Says in one line what the database said in many."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise StoreError(f"{label}: {reason}{_advice(reason)}") from error


def _advice(reason: str) -> str:
    text = reason.lower()
    for words, advice in _ADVICE.items():
        if words in text:
            return f": {advice}"
    return ""


_ADVICE = {
    "unable to open": "check that the path exists and may be written",
    "readonly": "check who may write the file and its folder",
    "read-only": "check who may write the file and its folder",
    "is locked": "another program has held it for longer than --database-timeout; try again later",
    "disk is full": "make room; what was finished is kept",
    "not a database": "name another file in --database",
    "malformed": "the file is damaged; restore a backup",
}
