"""Where a register is: its URL, its file, and how messages name it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from spock_core.domain.errors import StoreError, UsageError
from spock_core.domain.text import redact_url
from spock_core.store.connection.statements import share_statements

TIMEOUT_S = 30.0
"""How long to wait for a register that another program holds, and for a server to answer."""
_ESCAPED = (
    "this is no host and port: in a user or a password write %40 for @, %3A for :, %2F for / and "
    "%25 for %"
)


def label_of(url: URL) -> str:
    """A database URL without its password."""
    return redact_url(url.render_as_string(hide_password=False))


def parse_url(text: str) -> URL:
    """The URL that a user gave. Raises `UsageError`."""
    try:
        url = make_url(text)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            "database is not a URL that SQLAlchemy knows: write sqlite:///spock.db, or "
            "postgresql+psycopg://user@host/name"
        ) from error
    except ValueError:
        raise UsageError(f"database {redact_url(text)}: {_ESCAPED}") from None
    except ModuleNotFoundError:
        pass  # the driver is missing: said when it is needed, with what to install
    if "@" in (url.host or ""):
        raise UsageError(f"database {label_of(url)}: {_ESCAPED}")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise UsageError(
            "database sqlite:// would be gone at the end: name a file, as in sqlite:///spock.db"
        )
    return url


def file_of(url: URL) -> Path | None:
    """The file of an SQLite register; None where there is none."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def check_folder(path: Path, label: str) -> None:
    """Raises `StoreError` if the folder of an SQLite register is not there or cannot be entered, or
    if what is there is no file."""
    try:
        path.absolute()
    except OSError:
        raise StoreError(f"{label}: the working folder is not there any more") from None
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoreError(f"{label}: it is no regular file: name another one in --database")
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise StoreError(f"{label}: the folder {path.parent} does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise StoreError(f"{label}: {reason}: check the path and who may enter it") from error


def check_names(path: Path, label: str) -> None:
    """Raises `StoreError` if the file of an SQLite register has more than one name.

    Each hard link would have a lock and a write-ahead log of its own, beside it.
    """
    try:
        names = path.stat().st_nlink
    except OSError:
        return
    if names > 1:
        raise StoreError(
            f"{label}: the file has {names} names (hard links), and two runs could write to it at "
            "once: keep one of them, or use a symbolic link"
        )


def engine_of(url: URL, **options: Any) -> Engine:
    """SQLAlchemy's engine for a register. Raises `UsageError` or `StoreError`.

    It makes as many connections as are asked for at once: each region has one from the reading of
    its lists until the writer, who needs one more, has applied them.
    """
    if "poolclass" not in options:
        options["max_overflow"] = -1
    path = file_of(url)
    if path is not None:
        check_folder(path, label_of(url))
    try:
        engine = create_engine(url, **options)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"database {label_of(url)}: its driver {error.name} is not installed "
            "(for PostgreSQL: pip install 'spock-core[postgres]')"
        ) from error
    if path is not None:
        share_statements(engine)
    return engine
