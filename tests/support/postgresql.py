"""Real PostgreSQL servers, from the package `pgserver`, and empty databases on them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text


class Server:
    """A PostgreSQL server that does not wait for the disk."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.url: str = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self.do(f"ALTER SYSTEM SET {name} = off")
        self.do("SELECT pg_reload_conf()")

    def do(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements as the server's superuser, each in a transaction of its own."""
        engine = create_engine(self.of(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def of(self, database: str, user: str = "postgres") -> str:
        """The URL of a database, for a user."""
        url = make_url(self.url).set(database=database, username=user)
        return url.render_as_string(hide_password=False)

    def control(self, word: str) -> None:
        """Stops or starts it: `stop`, `start`."""
        import pgserver

        control: Any = pgserver.pg_ctl  # type: ignore[attr-defined]
        options = ["-l", str(self._running.log), "-o", f"-h '' -k {self.folder}"]
        control(
            ["-w", *(options if word == "start" else ["-m", "fast"]), word],
            pgdata=self.folder,
            user=self._running.system_user,
        )

    @property
    def folder(self) -> Any:
        """The server's data."""
        return self._running.pgdata


@contextmanager
def running_server() -> Iterator[Server]:
    """Runs a server of its own.

    Its folder is none of pytest's: every session of pytest that starts anywhere on the machine
    takes the rights to those away from the user as whom PostgreSQL runs.
    """
    pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="spock-postgresql-") as folder:
        running = pgserver.get_server(folder, cleanup_mode="stop")
        own = Server(running)
        try:
            yield own
        finally:
            own.control("stop")  # `cleanup` only stops the process that it started itself
            running.cleanup()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server of this session's own."""
    with running_server() as running:
        yield running.url


@pytest.fixture
def postgresql(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS spock"))
        connection.execute(text("CREATE DATABASE spock"))
    yield server.replace("/postgres?", "/spock?")
    engine.dispose()
