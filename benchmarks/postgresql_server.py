"""A PostgreSQL server for benchmarks, from the package `pgserver`, set up as a new one is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


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


def cpu_seconds(url: str) -> float:
    """Returns the seconds of CPU that the server at a URL has taken, on Linux."""
    folder = Path(str(make_url(url).query["host"]))
    server = (folder / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()  # from the state on: proc(5)
        except OSError:
            continue  # it has ended meanwhile
        if stat.parent.name == server:
            ticks += sum(int(field) for field in fields[11:15])  # with children that ended
        elif fields[1] == server:
            ticks += sum(int(field) for field in fields[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")
