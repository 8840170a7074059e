"""One run at a time works on a register. The lock dies with the process that holds it.

For SQLite it is a lock of the operating system on a file beside the register, for PostgreSQL an
advisory lock of a connection. Other databases have none that is known here.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from spock_core.domain.errors import LockedError, StoreError, UsageError
from spock_core.domain.stop import Stop
from spock_core.domain.text import format_utc, sanitize
from spock_core.settings.user_files import read_text
from spock_core.store.connection.address import (
    TIMEOUT_S,
    check_folder,
    file_of,
    label_of,
    parse_url,
)
from spock_core.store.connection.postgresql import postgresql_engine
from spock_core.store.connection.trouble import said_plainly

PATIENCE_S = 0.3
"""A run that only looks whether another one is running holds the lock for an instant."""
_POLL_S = 0.5
_LARGEST_SIGN = 4_096
"""Bytes of what is read of a lock's file, in which its holder names itself."""
_KEY = 0x53504F434B
"""PostgreSQL's advisory locks are numbers: these are the letters of Spock."""

log = logging.getLogger(__name__)


@contextlib.contextmanager
def only_run(
    database: str, *, wait: bool, stop: Stop, timeout_s: float = TIMEOUT_S
) -> Iterator[None]:
    """Holds the register's lock. Raises `LockedError`, naming who holds it, or waits for it.

    Asked to stop while it waits, it raises `Stopped`. `timeout_s`: how long a server may take to
    answer.
    """
    lock = _lock_of(parse_url(database), timeout_s)
    if lock is None:
        log.warning(
            "%s: Spock knows no lock there; see to it that no two runs overlap",
            label_of(parse_url(database)),
        )
        yield
        return
    told = False
    patience = time.monotonic() + PATIENCE_S
    while not lock.take():
        holder = lock.holder()
        if not wait and time.monotonic() > patience:
            raise LockedError(
                f"{lock.label}: another run is at work, {holder}: wait for its end (--wait)"
            )
        if wait and not told and time.monotonic() > patience:
            told = True
            log.info("%s: another run is at work, %s: waiting for its end", lock.label, holder)
        stop.sleep(_POLL_S if told else PATIENCE_S / 10)
    try:
        yield
    finally:
        lock.give_back()


def is_held(database: str) -> bool:
    """Whether a run is working on the register now."""
    lock = _lock_of(parse_url(database))
    return lock is not None and lock.is_held()


def _lock_of(url: URL, timeout_s: float = TIMEOUT_S) -> _FileLock | _AdvisoryLock | None:
    path = file_of(url)
    if path is not None:
        return _FileLock(path, label_of(url))
    if url.get_backend_name() == "postgresql":
        return _AdvisoryLock(url, timeout_s)
    return None


class _FileLock:
    """A lock on `<register>.lock`, in which its holder has written who it is."""

    def __init__(self, path: Path, label: str) -> None:
        self.label = label
        check_folder(path, label)
        self._register = path.resolve()
        self._path = self._register.with_name(self._register.name + ".lock")
        self._lock = FileLock(self._path, fallback_to_soft=False, on_acquired=self._sign)

    def is_held(self) -> bool:
        """Whether a run holds the lock. Needs no right to write.

        Where the file may not even be read, a run that has no end in the register counts as one.
        """
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    def take(self) -> bool:
        """Takes the lock where it is free. Raises `StoreError` if the register has two names."""
        self._check_names()
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            if not self._path.exists():
                raise self._fault("it cannot be made") from None
            return False
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from error
        return True

    def give_back(self) -> None:
        """Gives the lock back."""
        self._lock.release()

    def holder(self) -> str:
        """Who holds the lock, since when."""
        try:
            said = json.loads(read_text(self._path, self._path.name, _LARGEST_SIGN))
            process, host, since = int(said["process"]), str(said["host"]), str(said["since"])
            return _words(process, sanitize(host, 100), sanitize(since, 40))
        except (UsageError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return "begun this instant"

    def _check_names(self) -> None:
        """Each hard link would have a lock and a write-ahead log of its own, beside it."""
        try:
            names = self._register.stat().st_nlink
        except OSError:
            return
        if names > 1:
            raise StoreError(
                f"{self.label}: the file has {names} names (hard links), and two runs could write "
                "to it at once: keep one of them, or use a symbolic link"
            )

    def _fault(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.label}: {self._path.name} beside it cannot be locked ({reason}): "
            "check who may write the folder"
        )

    @staticmethod
    def _sign(file: int) -> None:
        since = format_utc(datetime.now(UTC))
        said = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(said).encode(), 0)


class _AdvisoryLock:
    """An advisory lock, held by a connection of its own, whose name tells who it is."""

    def __init__(self, url: URL, timeout_s: float) -> None:
        self.label = label_of(url)
        name = f"spock {os.getpid()} {socket.gethostname()}"[:63]
        self._engine = postgresql_engine(
            url.update_query_dict({"application_name": name}),
            timeout_s,
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        self._connection: Connection | None = None

    def is_held(self) -> bool:
        """Whether a run holds the lock."""
        if not self.take():
            return True
        self.give_back()
        return False

    def take(self) -> bool:
        """Takes the lock where it is free."""
        connection = None
        try:
            connection = self._engine.connect()
            took = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
            if took.scalar():
                self._connection = connection
                return True
            connection.close()
        except DBAPIError as error:
            if connection is not None:
                connection.close()
            raise StoreError(f"{self.label}: {said_plainly(error)}") from error
        return False

    def give_back(self) -> None:
        """Gives the lock back, with its connection."""
        if self._connection is not None:
            with contextlib.suppress(DBAPIError):
                self._connection.close()
            self._connection = None

    def holder(self) -> str:
        """Who holds the lock, since when."""
        query = text(
            "SELECT application_name, backend_start FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
            " AND objid = :key AND classid = :high"
        )
        key = {"key": _KEY & 0xFFFFFFFF, "high": _KEY >> 32}
        try:
            with self._engine.connect() as connection:
                name, since = connection.execute(query, key).one()
            _, process, host = name.split(" ", 2)
            return _words(int(process), host, format_utc(since))
        except (DBAPIError, ValueError, TypeError, LookupError):
            return "begun this instant"


def _words(process: int, host: str, since: str) -> str:
    return f"process {process} on {host}, since {since}"
