"""Brings the register's listings to what the lists say: new, changed, gone and back.

A region's lists are first read into a temporary table and then compared in the database, so that
memory does not grow with the lists and a region is changed in one transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from spock_core.domain import DamagedLine, Exchange, Listing
from spock_core.domain.listing import ChangedListing, PeriodChanges
from spock_core.store.changes import log_listings
from spock_core.store.connection.database import write_on
from spock_core.store.connection.planner import collect_statistics
from spock_core.store.kinds import AS_LISTED, KIND_COLUMNS, forget_decided
from spock_core.store.lists.changed_listings import drop_lines, read_changed_listings
from spock_core.store.lists.comparison import ListComparison, compare_list
from spock_core.store.lists.list_states import count_active, listed_at
from spock_core.store.past_states import keep_states
from spock_core.store.periods import begin_doubts, end_periods, settle_doubts
from spock_core.store.rows import insert_plain
from spock_core.store.schema import LISTING_COLUMNS, staged, tickers

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Applied:
    """How many rows of `tickers` were written, and why."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    back: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Doubles:
    """Lines of a list whose ticker an earlier line has."""

    lines: int = 0
    tickers: int = 0
    """Different tickers in them."""
    first: Sequence[DamagedLine] = ()


class _StagedRow(NamedTuple):
    """A row of the temporary table: its fields are the table's columns."""

    ticker: str
    list_name: str
    line: int
    readable: bool
    name: str | None = None
    name_local: str | None = None
    exchange: str | None = None
    kis_exchange: str | None = None
    yahoo_symbol: str | None = None
    currency: str | None = None
    asset_type: str | None = None
    security_type: str | None = None
    lot_size: int | None = None
    kis_sector_code: str | None = None
    data_source: str | None = None


class Staging:
    """The lists of one region, while they are read and compared, on one connection."""

    def __init__(self, connection: Connection, region: str) -> None:
        self._connection = connection
        self._region = region
        with connection.begin():
            staged.create(connection, checkfirst=True)
            connection.execute(delete(staged))

    def add(self, list_name: str, listings: Iterable[tuple[int, Listing]]) -> None:
        """Adds lines that could be read: their numbers and what they describe."""
        self._insert(
            [
                _StagedRow(
                    ticker=listing.ticker,
                    list_name=list_name,
                    line=line,
                    readable=True,
                    name=listing.name,
                    name_local=listing.name_local,
                    exchange=listing.exchange,
                    kis_exchange=listing.kis_exchange,
                    yahoo_symbol=listing.yahoo_symbol,
                    currency=listing.currency,
                    asset_type=listing.asset_type.value,
                    security_type=listing.security_type.value if listing.security_type else None,
                    lot_size=listing.lot_size,
                    kis_sector_code=listing.kis_sector_code,
                    data_source=listing.data_source,
                )
                for line, listing in listings
            ]
        )

    def protect(self, damaged: Iterable[DamagedLine]) -> None:
        """Remembers stocks that were in the list, though their lines could not be read."""
        self._insert(
            [
                _StagedRow(line.ticker, line.list_name, line.line, readable=False)
                for line in damaged
                if line.ticker
            ]
        )

    def drop(self, list_name: str) -> None:
        """Forgets a list that turned out not to be trusted."""
        with self._connection.begin():
            self._connection.execute(delete(staged).where(staged.c.list_name == list_name))

    def known(self, exchange: Exchange) -> int:
        """Returns how many active instruments the register has of a list."""
        with self._connection.begin():
            return count_active(self._connection, self._region, exchange)

    def compare(self, exchange: Exchange) -> ListComparison:
        """Returns what of a list that was read is known."""
        with self._connection.begin():
            return compare_list(self._connection, self._region, exchange)

    def drop_doubles(self, list_name: str, most: int) -> Doubles:
        """Keeps the first line of every ticker of a list. Returns the others."""
        in_list = and_(staged.c.list_name == list_name, staged.c.readable)
        firsts = select(func.min(staged.c.row)).where(in_list).group_by(staged.c.ticker)
        double = and_(in_list, staged.c.row.not_in(firsts))
        query = select(staged.c.line, staged.c.ticker).where(double)
        with self._connection.begin():
            if not self._any(firsts.having(func.count() > 1).exists()):
                return Doubles()
            rows = self._connection.execute(query.order_by(staged.c.row).limit(most)).all()
            tickers_of = select(func.count(staged.c.ticker.distinct())).where(double)
            count = self._connection.execute(tickers_of).scalar_one()
            lines = self._connection.execute(delete(staged).where(double)).rowcount
        first = [
            DamagedLine(list_name, row.line, f"{row.ticker} is listed twice", row.ticker)
            for row in rows
        ]
        return Doubles(lines, count, first)

    def apply(
        self,
        now: datetime,
        *,
        whole: Sequence[Exchange],
        unchanged: Sequence[Exchange],
        periods: PeriodChanges,
        run_id: int,
    ) -> Applied:
        """Writes what differs, in one transaction.

        `whole`: exchanges whose staged list is complete, so that what is not in it is gone.
        `unchanged`: exchanges whose list is as it was when it was last applied.
        `periods`: what follows from the changed lines; the log of changes names the run.
        """
        passed = len(periods.passed)
        with write_on(self._connection):
            drop_lines(self._connection, periods.ignored)
            end_periods(self._connection, self._region, periods.passed, run_id, now)
            begin_doubts(self._connection, self._region, periods.doubtful, now)
            if not self._has_listings():
                return Applied(new=self._insert_new(now))
            back = touched = new = gone = 0
            if whole or periods.settled or self._any(exists().select_from(staged)):
                fresh, _ = self._fresh()
                log_listings(self._connection, self._region, fresh, periods.settled, run_id, now)
                back = self._count_back()
                touched = self._update(now)
                new = self._insert_new(now)
                gone = self._mark_gone(whole, now)
            settle_doubts(self._connection, self._region, periods.settled)
            self._move_last_seen(now, unchanged)
            if touched or new:
                forget_decided(self._connection, self._region)
        return Applied(new, touched - back - passed, gone, back, passed)

    def changed(self, unchanged: Sequence[Exchange]) -> list[ChangedListing]:
        """Returns the lines that may be of another instrument than the register has."""
        with self._connection.begin():
            if not self._any(exists().select_from(staged)):
                return []
            return read_changed_listings(self._connection, self._region, unchanged)

    def _insert(self, rows: list[_StagedRow]) -> None:
        with self._connection.begin():
            insert_plain(self._connection, staged, _StagedRow._fields, rows)

    def _same(self) -> ColumnElement[bool]:
        return and_(tickers.c.region == self._region, tickers.c.ticker == staged.c.ticker)

    def _any(self, some: Exists) -> bool:
        return bool(self._connection.execute(select(some)).scalar())

    def _has_listings(self) -> bool:
        """Whether the register has any of the region, now or from before."""
        return self._any(exists().where(tickers.c.region == self._region))

    def _count_back(self) -> int:
        query = select(func.count()).select_from(tickers).join(staged, self._same())
        query = query.where(staged.c.readable, ~tickers.c.is_active)
        return self._connection.execute(query).scalar_one()

    def _fresh(self) -> tuple[dict[str, ColumnElement[Any]], ColumnElement[bool]]:
        """Returns the values that `tickers` gets from the lists, and whether they are other ones.

        Nothing learned is overwritten by nothing: an empty column keeps what was known, and the
        kind that a register's table decides stays as long as the list says the same.
        """
        known = {name: AS_LISTED.get(name, tickers.c[name]) for name in LISTING_COLUMNS}
        fresh: dict[str, ColumnElement[Any]] = {
            name: func.coalesce(staged.c[name], value) for name, value in known.items()
        }
        differs = or_(*(known[name].is_distinct_from(value) for name, value in fresh.items()))
        same_kind = and_(*(known[name] == fresh[name] for name in KIND_COLUMNS))
        fresh |= {
            name: case((same_kind, tickers.c[name]), else_=fresh.get(name, null()))
            for listed in KIND_COLUMNS
            for name in (listed, f"listed_{listed}")
        }
        return fresh, differs

    def _update(self, now: datetime) -> int:
        fresh, differs = self._fresh()
        changes = (self._same(), staged.c.readable, or_(~tickers.c.is_active, differs))
        keep_states(self._connection, exists().where(*changes).correlate(tickers), now)
        statement = update(tickers).values(**fresh, is_active=True, last_seen_at=now)
        return self._connection.execute(statement.where(*changes)).rowcount

    def _insert_new(self, now: datetime) -> int:
        new = (staged.c.readable, ~exists().where(self._same()))
        # counted beforehand: not every driver tells how many rows an insert from a select made
        count = self._connection.execute(select(func.count()).where(*new)).scalar_one()
        moment = literal(now, tickers.c.first_seen_at.type)
        rows = select(
            literal(self._region),
            staged.c.ticker,
            *[staged.c[name] for name in LISTING_COLUMNS],
            literal(True),
            moment,
            moment,
        ).where(*new)
        names = ["region", "ticker", *LISTING_COLUMNS, "is_active", "first_seen_at", "last_seen_at"]
        if count:
            self._connection.execute(insert(tickers).from_select(names, rows))
            collect_statistics(self._connection, tickers, "is_active", "asset_type")
        return count

    def _mark_gone(self, whole: Sequence[Exchange], now: datetime) -> int:
        if not whole:
            return 0
        gone = and_(
            tickers.c.region == self._region,
            tickers.c.is_active,
            or_(*(listed_at(exchange) for exchange in whole)),
            ~exists().where(self._same()),
        )
        keep_states(self._connection, gone, now)
        statement = update(tickers).values(is_active=False).where(gone)
        return self._connection.execute(statement).rowcount

    def _move_last_seen(self, now: datetime, unchanged: Sequence[Exchange]) -> None:
        """At most once a day, so that a second run on the same day writes nothing."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        seen = or_(exists().where(self._same()), *(listed_at(exchange) for exchange in unchanged))
        active = (tickers.c.region == self._region, tickers.c.is_active)
        old = (*active, tickers.c.last_seen_at < today, seen)
        self._connection.execute(update(tickers).values(last_seen_at=now).where(*old))
