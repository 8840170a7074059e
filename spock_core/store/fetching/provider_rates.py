"""A provider's rate, kept in the register for all processes that ask: a row, and one statement that
moves it on.

Moments are seconds of a clock that all of them read: the server's for PostgreSQL, and for SQLite,
whose users share a machine, the monotonic clock of its kernel. It is read within the statement,
while the row is locked: what was read before may be old by then.
"""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Row,
    case,
    delete,
    literal,
    literal_column,
    null,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.dml import ReturningUpdate

from spock_core.domain.errors import StoreError
from spock_core.domain.workers.shared_rate import Ask, Grant
from spock_core.store.connection.address import engine_of, file_of, label_of, parse_url
from spock_core.store.schema import provider_rates

LONGEST_AHEAD_S = 600.0
"""A moment that is farther ahead was written before the clock was set back: no pause is so long."""
_CLOCK = "spock_clock"
_row = provider_rates.c
_BACKENDS = ("sqlite", "postgresql")
"""Databases whose statements return what they changed."""


@dataclass(frozen=True)
class RegisterRates:
    """Where the rates are kept. Can be pickled; its `repr` has no password."""

    label: str
    """The register's URL without its password."""
    url: str = field(repr=False)
    timeout_s: float
    """How long to wait for another program that holds an SQLite register."""
    file: tuple[int, int] | None
    """Device and inode of an SQLite register: elsewhere, the same path may be another one."""

    def open(self, provider: str) -> RegisterRate:
        """The rate of one provider; its connection is opened when it is first needed."""
        return RegisterRate(self, provider)

    @property
    def clock(self) -> str:
        """The SQL that reads the clock, in seconds."""
        return f"{_CLOCK}()" if self.file else "extract(epoch FROM clock_timestamp())::float8"

    def engine(self) -> Engine:
        """An engine whose statements are transactions of their own. Raises `StoreError`."""
        url = make_url(self.url)
        path = file_of(url)
        if path is None:
            return engine_of(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        if _identity(path) != self.file:
            raise StoreError(
                f"{self.label}: this is not the run's register on {socket.gethostname()}, and so "
                "the rate that all share is not there: for workers on other machines, keep the "
                "register in PostgreSQL"
            )
        return engine_of(url, creator=partial(_connect, path, self.timeout_s), poolclass=NullPool)


def _connect(path: Path, timeout_s: float) -> sqlite3.Connection:
    address = f"{path.as_uri()}?mode=rw"
    connection = sqlite3.connect(
        address, timeout_s, uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.create_function(_CLOCK, 0, time.monotonic)
    return connection


def rates_of(database: str, timeout_s: float) -> RegisterRates | None:
    """The rates of an open register; None where its database has no statement for them."""
    url = parse_url(database)
    if url.get_backend_name() not in _BACKENDS:
        return None
    path = file_of(url)
    if path is not None:
        path = path.resolve()
        url = url.set(database=str(path))
    text = url.render_as_string(hide_password=False)
    return RegisterRates(label_of(url), text, timeout_s, _identity(path))


def reset_rates(connection: Connection, *, alone: bool) -> None:
    """Forgets that providers were given up: a run that begins tries them again.

    `alone`: no other run is at work, so that nothing else is remembered either.
    """
    if alone:
        connection.execute(delete(provider_rates))
    else:
        connection.execute(update(provider_rates).values(made=0, given_up=None))


class RegisterRate:
    """The rate of one provider, over one connection that is opened when it is needed."""

    def __init__(self, rates: RegisterRates, provider: str) -> None:
        self._rates = rates
        self._provider = provider
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def reserve(self, ask: Ask) -> Grant:
        """Takes moments from the row: one statement."""
        clock = self._clock()
        share = _least(literal(1.0), _row.share + ask.raised)
        undisturbed = _row.turns == ask.turn
        unused = case((undisturbed, ask.unused_s), else_=0.0)
        slots = case((undisturbed, ask.alone), else_=ask.slots)
        interval_s = literal(ask.interval_s) / share
        longest = _most(literal(LONGEST_AHEAD_S), 2 * interval_s)
        free = case((_row.next_at > clock + longest, clock), else_=_row.next_at - unused)
        slot = _most(free, clock - ask.late_s)
        soon = slot <= clock + ask.within_s
        made = literal(0) if ask.answered else _row.made
        row = self._moved(
            {
                "slots": case((soon, slots), else_=0),
                "next_at": case((soon, slot + slots * interval_s), else_=free),
                "share": share,
                "turns": _row.turns + 1,
                "made": made + ask.made,
                "given_up": null() if ask.answered else _row.given_up,
            }
        )
        moment = row.next_at - row.slots * ask.interval_s / row.share
        return _grant(row, max(moment, row.now - ask.late_s))

    def slow_down(self, pause_s: float, *, factor: float, least: float) -> Grant:
        """Lowers the rate, and moves the next moment on."""
        later = _most(_row.next_at, self._clock() + pause_s) if pause_s else _row.next_at
        share = _most(literal(least), _row.share * factor)
        row = self._moved({"next_at": later, "slots": 0, "share": share, "turns": _row.turns + 1})
        return _grant(row, row.next_at)

    def give_up(self, reason: str) -> None:
        """Notes why the provider was given up."""
        self._moved({"given_up": literal(reason[:200])})

    def _moved(self, values: dict[str, Any]) -> Row[Any]:
        """Moves the row on, and makes it first where it is missing. Returns it as it is then."""
        mine = _row.provider == self._provider
        statement = update(provider_rates).where(mine).values(values)
        statement = statement.returning(provider_rates, self._clock().label("now"))
        try:
            return self._executed(statement)
        except DBAPIError as error:
            lost = error.connection_invalidated
            self._close()
            if not lost:
                raise self._fault(error) from error
        try:  # the server may have been started anew
            return self._executed(statement)
        except DBAPIError as error:
            self._close()
            raise self._fault(error) from error

    def _executed(self, statement: ReturningUpdate[Any]) -> Row[Any]:
        if self._connection is None:
            self._connection = self._rates.engine().connect()
        row = self._connection.execute(statement).first()
        if row is None:
            from sqlalchemy.dialects import postgresql, sqlite

            in_sqlite = self._connection.dialect.name == "sqlite"
            insert = (sqlite.insert if in_sqlite else postgresql.insert)(provider_rates)
            new = {"next_at": 0.0, "slots": 0, "share": 1.0, "turns": 0, "made": 0}
            insert = insert.values(provider=self._provider, **new)
            self._connection.execute(insert.on_conflict_do_nothing())
            row = self._connection.execute(statement).one()
        return row

    def _fault(self, error: DBAPIError) -> StoreError:
        reason = str(error.orig).strip().splitlines()[0]
        return StoreError(
            f"{self._rates.label}: the rate that all who ask {self._provider} share cannot be had: "
            f"{reason}"
        )

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(DBAPIError):
                self._connection.close()
            self._connection = None

    def _clock(self) -> ColumnElement[float]:
        return literal_column(self._rates.clock, Float)


def _grant(row: Row[Any], moment: float) -> Grant:
    return Grant(row.slots, moment - row.now, row.share, row.turns, row.made, row.given_up)


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _most(one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return case((one > other, one), else_=other)


def _least(one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return case((one < other, one), else_=other)
