"""Runs of `spock enrich` in processes of their own, against a sandbox, and what they leave."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from spock_core.sandbox.server import Sandbox
from tests.conftest import PYTHON_M_SPOCK

VOLATILE = ("first_seen_at", "last_seen_at", "enriched_at", "last_updated", "observed_at",
            "asked_at", "ask_again_at", "applied_at")  # fmt: skip
TABLES = ("tickers", "stock_details", "observations", "unknowns")


def environment(sandbox: Sandbox) -> dict[str, str]:
    """All sources, from the sandbox, as fast as can be."""
    return {
        **os.environ,
        "SPOCK_KIS_MASTER_URL": sandbox.kis_master_url,
        "SPOCK_YAHOO_URL": sandbox.url,
        "SPOCK_YAHOO_RATE": "1000",
        "SPOCK_RETRY_DELAY": "0",
        "SPOCK_SOURCES": "ALL",
    }


def start(sandbox: Sandbox, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Starts a run in a folder."""
    return subprocess.Popen(
        [*PYTHON_M_SPOCK, "enrich", *arguments],
        cwd=folder,
        env=environment(sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], timeout: float = 60) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a run that ends."""
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


def wait_for(condition: Any, timeout: float = 20) -> None:
    """Waits until a condition holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Asks the register in a folder."""
    with closing(sqlite3.connect(folder / "spock.db")) as connection:
        return connection.execute(sql).fetchall()


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
