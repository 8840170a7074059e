"""Opens the register's database, and gives connections that read or write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from spock_core.store.connection.address import file_of, label_of
from spock_core.store.connection.fence import Fence
from spock_core.store.connection.trouble import plainly


class Database:
    """The register. `open_database` makes one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        path = self.file
        self._path = None if path is None else path.absolute()
        """Where its file is, whatever folder a plugin changes to."""

    @property
    def label(self) -> str:
        """How messages name it: the URL without its password."""
        return label_of(self._engine.url)

    @property
    def url(self) -> URL:
        """Its URL, which may have a password."""
        return self._engine.url

    @property
    def file(self) -> Path | None:
        """The file of an SQLite register."""
        return file_of(self._engine.url)

    def plainly(self) -> AbstractContextManager[None]:
        """Within it, what the database says in many words is said in one line, as `StoreError`."""
        return plainly(self.label)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a transaction that sees one state of the register."""
        with plainly(self.label), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection without a transaction; `write_on` opens one on it."""
        with plainly(self.label), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is kept, or nothing."""
        with self.connect() as connection, write_on(connection):
            yield connection

    def fence(self, run_id: int) -> None:
        """From now on, each transaction that writes proves first that this run may still write."""
        fence = Fence(run_id, self._path, self.label)
        self._engine.update_execution_options(spock_fence=fence)

    def check_file(self) -> None:
        """Raises `StoreError` if what the fenced run wrote is not where its user looks for it."""
        fence: Fence | None = self._engine.get_execution_options().get("spock_fence")
        if fence is not None:
            fence.check_file()

    def use_wal(self) -> None:
        """Lets readers read while a run writes. SQLite keeps it in the file, so once is enough."""
        if self._engine.dialect.name == "sqlite":
            with plainly(self.label):
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
    """One transaction that writes. On SQLite it takes the writer's lock at its start.

    Raises `LeaseLost` or `StoreError`, and writes nothing, if the run may not write any more.
    """
    fence: Fence | None = connection.get_execution_options().get("spock_fence")
    connection.info["spock_begin"] = "BEGIN IMMEDIATE"
    try:
        if fence is not None:
            fence.check_file()
        with connection.begin():
            if fence is not None:
                fence.check_row(connection)
            yield
        if fence is not None:
            fence.check_file()
    finally:
        connection.info.pop("spock_begin", None)


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
