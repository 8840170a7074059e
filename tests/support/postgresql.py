"""A real PostgreSQL server, from the package `pgserver`, and empty databases on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server of this session's own, which does not wait for the disk.

    Its folder is none of pytest's: every session of pytest that starts anywhere on the machine
    takes the rights to those away from the user as whom PostgreSQL runs.
    """
    pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="spock-postgresql-") as folder:
        running = pgserver.get_server(folder, cleanup_mode="stop")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield url
        running.cleanup()


@pytest.fixture
def postgresql(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS spock"))
        connection.execute(text("CREATE DATABASE spock"))
    yield server.replace("/postgres?", "/spock?")
    engine.dispose()
