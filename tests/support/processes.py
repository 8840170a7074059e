"""Runs of `spock enrich` in processes of their own, against a sandbox, and what they leave."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from spock_core.sandbox.server import Sandbox
from spock_core.store.connection.address import parse_url
from spock_core.store.connection.lock import held_regions
from spock_core.store.connection.reading import open_for_reading
from spock_core.store.runs import read_runs
from tests.support.child import HANG_S, Child

VOLATILE = ("first_seen_at", "last_seen_at", "enriched_at", "last_updated", "observed_at",
            "asked_at", "ask_again_at", "applied_at")  # fmt: skip
TABLES = ("tickers", "stock_details", "observations", "unknowns")


def environment(sandbox: Sandbox) -> dict[str, str]:
    """All sources, from the sandbox, as fast as can be."""
    return {
        **os.environ,
        "SPOCK_KIS_MASTER_URL": sandbox.kis_master_url,
        "SPOCK_TABLES_URL": sandbox.tables_url,
        "SPOCK_YAHOO_URL": sandbox.url,
        "SPOCK_YAHOO_RATE": "1000",
        "SPOCK_RETRY_DELAY": "0",
        "SPOCK_SOURCES": "ALL",
    }


def start(
    sandbox: Sandbox, folder: Path, *arguments: str, python: tuple[str, ...] = ("-m", "spock_core")
) -> Child:
    """Starts a run in a folder. `python`: how, where it is not `python -m spock_core`."""
    return Child([*python, "enrich", *arguments], folder=folder, environment=environment(sandbox))


def ended(process: Child) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a run that ends."""
    out, err = process.communicate()
    return process.wait(), out, err


def read_until(stream: IO[str] | None, words: str) -> str:
    """What a stream says up to the line that contains these words."""
    assert stream is not None
    said = ""
    for line in stream:
        said += line
        if words in line:
            return said
    raise AssertionError(f"the stream ended without {words!r}: {said}")


def wait_for(condition: Callable[[], object], timeout: float = HANG_S) -> None:
    """Waits until a condition holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Asks the register in a folder."""
    with closing(sqlite3.connect(folder / "spock.db")) as connection:
        return connection.execute(sql).fetchall()


def is_held(address: str) -> bool:
    """Whether a run is working on any region of a register now, as far as anybody can tell."""
    held = held_regions(parse_url(address))
    return held is None or bool(held)


def last_status(folder: Path) -> str:
    """What `spock runs` says of the last run, while no run is at work: one that could not say how it
    ended was interrupted."""
    register = open_for_reading(f"sqlite:///{folder / 'spock.db'}")
    with closing(register) as database, database.read() as connection:
        return read_runs(connection, most=1, held=())[0].status


def export(path: Path, volatile: tuple[str, ...] = VOLATILE) -> str:
    """All rows of the register's tables, sorted, as text."""
    lines = []
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            rows = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in rows.description]
            kept = [n for n, name in enumerate(names) if name not in volatile]
            lines += sorted(f"{table} {[row[n] for n in kept]!r}" for row in rows)
    return "\n".join(lines)
