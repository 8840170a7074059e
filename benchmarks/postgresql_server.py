"""A PostgreSQL server for benchmarks, from the package `pgserver`, set up as a new one is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text


@contextmanager
def postgresql() -> Iterator[str]:
    """Runs a server. Yields the URL of an empty database on it."""
    from pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="spock-postgresql-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


def empty(url: str) -> None:
    """Removes all that the database holds."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
