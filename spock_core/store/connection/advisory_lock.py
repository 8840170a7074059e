"""The lock of a PostgreSQL register: advisory locks of a connection of its own.

Who works on regions holds a lock of each of them, and all share that of the register as a whole,
which one who needs the register alone holds exclusively.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from spock_core.domain.errors import StoreError
from spock_core.domain.text import format_utc
from spock_core.store.connection.address import label_of
from spock_core.store.connection.file_lock import OPENING, WHOLE, words
from spock_core.store.connection.postgresql import postgresql_engine
from spock_core.store.connection.trouble import said_plainly

_SPOCK = 0x53504F434B
"""PostgreSQL's advisory locks are numbers: these are the letters of Spock, for the register as a
whole. The two letters of a region follow them in its number, and zeros in that of `OPENING`."""


class AdvisoryLock:
    """Advisory locks, held by a connection whose name tells who it is."""

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

    def take(self, names: Collection[str]) -> bool:
        """Takes regions, `WHOLE` or `OPENING`, if nobody else has any of them."""
        connection = None
        try:
            connection = self._engine.connect()
            locks = [("pg_try_advisory_lock", _key(name)) for name in sorted(names)]
            if not {WHOLE, OPENING} & set(names):
                locks = [("pg_try_advisory_lock_shared", _key(WHOLE)), *locks]
            if all(
                connection.execute(text(f"SELECT {function}(:key)"), {"key": key}).scalar()
                for function, key in locks
            ):
                self._connection = connection
                return True
            connection.close()
        except DBAPIError as error:
            if connection is not None:
                connection.close()
            raise StoreError(f"{self.label}: {said_plainly(error)}") from error
        return False

    def give_back(self) -> None:
        """Gives back what was taken, with its connection."""
        if self._connection is not None:
            with contextlib.suppress(DBAPIError):
                self._connection.close()
            self._connection = None

    def held(self) -> frozenset[str]:
        """The regions that somebody works on, or `WHOLE`."""
        return frozenset(self._found()) - {OPENING}

    def holders(self, names: Collection[str]) -> list[tuple[str, str]]:
        """Each of these that somebody has, and who, since when; `WHOLE` stands for all."""
        found = self._found()
        wanted = found.keys() if WHOLE in names else {WHOLE, *names}
        return sorted((name, who) for name, who in found.items() if name in wanted)

    def _found(self) -> Mapping[str, str]:
        """Who holds what, exclusively."""
        query = text(
            "SELECT (classid::bigint << 32) | objid::bigint, application_name, backend_start"
            " FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND mode = 'ExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
        except DBAPIError as error:
            raise StoreError(f"{self.label}: {said_plainly(error)}") from error
        found = {}
        for key, name, since in rows:
            if key == _SPOCK or key >> 16 == _SPOCK:
                found[_name(key)] = _who(name, since)
        return found


def _who(name: str | None, since: object) -> str:
    """The words for a holder. Of a session of another role only some roles may see the name."""
    try:
        _, process, host = str(name).split(" ", 2)
        return words(int(process), host, format_utc(since))  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        return "begun this instant"


def _key(name: str) -> int:
    if name in (WHOLE, OPENING):
        return _SPOCK if name == WHOLE else _SPOCK << 16
    return _SPOCK << 16 | ord(name[0]) << 8 | ord(name[1])


def _name(key: int) -> str:
    if key in (_SPOCK, _SPOCK << 16):
        return WHOLE if key == _SPOCK else OPENING
    return chr(key >> 8 & 0xFF) + chr(key & 0xFF)
