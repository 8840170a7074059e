"""What a database says when something is wrong with it, in one line, with what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from spock_core.domain.errors import StoreError
from spock_core.domain.text import sanitize

_ROLES = "docs/operations.md lists what a writer and a reader need"
_AGAIN = "what was finished is kept; run again when the server is back"

_BY_STATE = {
    "08": _AGAIN,
    "22P05": "create a database with ENCODING 'UTF8'",
    "25006": "name the primary server, and a role and database that may write "
    "(default_transaction_read_only)",
    "28": "check user, password and pg_hba.conf",
    "3D000": "create it (CREATE DATABASE), or name another one in --database",
    "42501": f"grant the role what it lacks: {_ROLES}",
    "53100": "make room; what was finished is kept",
    "53300": "other programs hold them; try again later, or raise max_connections or the limit of "
    "the role; what was finished is kept",
    "55P03": "another program has held it for longer than --database-timeout; try again later",
    "57014": "the role's statement_timeout is too short: ALTER ROLE … SET statement_timeout = 0",
    "57P": _AGAIN,
}
"""By the beginning of a SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_BY_WORDS = {
    "unable to open": "check that the path exists and may be written",
    "readonly": "check who may write the file and its folder",
    "read-only": "check who may write the file and its folder",
    "is locked": "another program has held it for longer than --database-timeout; try again later",
    "disk is full": "make room; what was finished is kept",
    "not a database": "name another file in --database",
    "malformed": "the file is damaged; restore a backup",
    "too many clients": _BY_STATE["53300"],
    "too many connections": _BY_STATE["53300"],
    "connection slots": _BY_STATE["53300"],
    "starting up": _AGAIN,
    "shutting down": _AGAIN,
    "in recovery mode": _AGAIN,
    "connection refused": "check that the server runs at that address, and try again",
    "no such file or directory": "check that the server runs at that address, and try again",
    "timeout expired": "check that the server can be reached at that address, and try again",
    "closed the connection": _AGAIN,
    "connection is lost": _AGAIN,
    "connection is closed": _AGAIN,
    "password authentication failed": _BY_STATE["28"],
    "no password supplied": _BY_STATE["28"],
    "no pg_hba.conf entry": _BY_STATE["28"],
    "permission denied": _BY_STATE["42501"],
}
"""By words of SQLite, and of servers that refuse a connection: these give no SQLSTATE."""


@contextmanager
def plainly(label: str) -> Iterator[None]:
    """Says in one line, as `StoreError`, what the database said in many."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(f"{label}: {said_plainly(error)}") from error


def said_plainly(error: DBAPIError | sqlite3.Error) -> str:
    """The first line of what the driver said that says something, and what to do."""
    said = error.orig if isinstance(error, DBAPIError) else error
    lines = [line for line in map(sanitize, str(said).splitlines()) if line]
    reason = lines[0] if lines else type(said).__name__
    return reason + _advice(getattr(said, "sqlstate", None), reason)


def _advice(state: str | None, reason: str) -> str:
    if state is not None:
        found = next((said for begin, said in _BY_STATE.items() if state.startswith(begin)), None)
    else:
        text = reason.lower()
        found = next((said for words, said in _BY_WORDS.items() if words in text), None)
        if found is None and text.endswith("does not exist") and "database" in text:
            found = _BY_STATE["3D000"]
    return f": {found}" if found else ""
