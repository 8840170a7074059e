"""Which stocks a provider has still something to say of, and what it was asked in vain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from spock_core.domain import AssetType, Observation, SecurityType
from spock_core.domain.stock import AskableStock, KnownStock, PendingStock, StockKey
from spock_core.store.rows import in_parts, write_rows
from spock_core.store.schema import listing_periods, observations, tickers, unknowns

REST = (timedelta(hours=20), timedelta(days=6, hours=20), timedelta(days=29, hours=20))
"""How long to leave alone what a provider did not know once, twice, more often: a day, a week, a
month, each a little short, so that a nightly run that starts a minute early does not miss it."""

ANSWERED, LEFT_OUT, UNREADABLE = "answered", "left out", "unreadable"
"""Why a stock is unknown: by the answer to a request of its own, by an answer about many that left
it out, or because its answer cannot be read."""

MASS_SHARE = 0.1
FEWEST_FOR_MASS = 20
"""Where more stocks than these, and a larger share of all than that, are marked as unknown, the
marks are doubted: a good provider lacks a twentieth, so a night of empty answers may have left them
behind. Their groups are asked for again as soon as the rest of those is over."""
_NAMES = ("region", "ticker", "exchange", "kis_exchange", "yahoo_symbol", "isin", "currency")
"""The columns of `tickers` that make an `AskableStock`."""

_FORGET = delete(unknowns).where(
    unknowns.c.source.in_(bindparam("sources", expanding=True)),
    tuple_(unknowns.c.region, unknowns.c.ticker).in_(bindparam("keys", expanding=True)),
)


class Asking(NamedTuple):
    """Which stocks a provider is asked about, and by which of its sources."""

    regions: Sequence[str]
    kinds: Sequence[SecurityType]
    """Security types; none for all."""
    groups: str
    """The name of its source that is asked of groups; empty if it has none."""
    singles: str
    """The name of its source that is asked of stocks; empty if it has none."""
    group_word: str
    """The key of the group among the words of both."""

    @property
    def sources(self) -> tuple[str, str]:
        """The names of both."""
        return self.groups, self.singles


def read_pending(
    connection: Connection, asking: Asking, limit: datetime | None, now: datetime
) -> list[PendingStock]:
    """The pending stocks, in the order of their keys; their symbols are still to be found.

    `limit`: what the provider said since then still holds; without one nothing does, and what it
    did not know is asked again too. What it said and did not know before a doubt began does not
    count.
    """
    by_screen, by_profile = observations.alias("o1"), observations.alias("o2")
    no_screen, no_profile = unknowns.alias("u1"), unknowns.alias("u2")
    doubt = listing_periods.alias("d")
    query = (
        select(
            *(tickers.c[name] for name in _NAMES),
            tickers.c.first_seen_at,
            by_screen.c.observed_at.label("screen_said_at"),
            by_screen.c.words.label("screen_words"),
            by_profile.c.observed_at.label("profile_said_at"),
            by_profile.c.words.label("profile_words"),
            no_screen.c.asked_at.label("screened_at"),
            no_screen.c.ask_again_at.label("screen_again_at"),
            no_profile.c.asked_at.label("profiled_at"),
            no_profile.c.ask_again_at.label("rests_until"),
            doubt.c.changed_at.label("doubtful_since"),
        )
        .outerjoin(by_screen, _about(by_screen) & (by_screen.c.source == asking.groups))
        .outerjoin(by_profile, _about(by_profile) & (by_profile.c.source == asking.singles))
        .outerjoin(no_screen, _about(no_screen) & (no_screen.c.source == asking.groups))
        .outerjoin(no_profile, _about(no_profile) & (no_profile.c.source == asking.singles))
        .outerjoin(doubt, _about(doubt) & doubt.c.ended_at.is_(None))
        .where(*_askable(asking))
        .order_by(tickers.c.region, tickers.c.ticker)
    )
    if limit is not None:
        said_at = _later(by_screen.c.observed_at, by_profile.c.observed_at)
        holds = and_(
            said_at.is_not(None), said_at.between(limit, now), doubt.c.changed_at.is_(None)
        )
        query = query.where(not_(holds))
    rows = connection.execute(query).all()
    marked = sum(row.screened_at is not None or row.profiled_at is not None for row in rows)
    mass = marked >= FEWEST_FOR_MASS and marked > MASS_SHARE * _count_askable(connection, asking)
    found = []
    for row in rows:
        _, words = _last_word(row)
        group = json.loads(words).get(asking.group_word) if words else None
        rests = limit is not None and _rests(row, now)
        if row.doubtful_since is not None:
            asked = row.profiled_at is not None and row.profiled_at >= row.doubtful_since
            if not (asked and rests):
                found.append(_pending(row, None, missed=False, rests=False))
            continue
        may_screen = row.screen_again_at is None or row.screen_again_at <= now
        if rests and not (mass and may_screen):
            continue
        missed = row.screened_at is not None and not (may_screen and (mass or group))
        found.append(_pending(row, group, missed=missed and limit is not None, rests=rests))
    return found


def _rests(row: Any, now: datetime) -> bool:
    """Whether a profile was unknown so lately that it is left alone."""
    return row.rests_until is not None and bool(row.profiled_at <= now < row.rests_until)


def _later(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two moments that may be missing; the first if they are equal."""
    return case((or_(first.is_(None), second > first), second), else_=first)


def _count_askable(connection: Connection, asking: Asking) -> int:
    query = select(func.count()).select_from(tickers).where(*_askable(asking))
    return connection.execute(query).scalar_one()


def _pending(row: Any, group: str | None, *, missed: bool, rests: bool) -> PendingStock:
    said_at, _ = _last_word(row)
    asked = [at for at in (said_at, row.screened_at, row.profiled_at) if at is not None]
    return PendingStock(
        stock=_stock(row),
        group=group,
        missed=missed,
        asked_at=max(asked, default=None),
        listed_at=row.doubtful_since or row.first_seen_at,
        doubtful=row.doubtful_since is not None,
        rests=rests,
    )


def _last_word(row: Any) -> tuple[datetime | None, str | None]:
    """When the provider last said something of a stock, and the words of that very answer."""
    screen = (row.screen_said_at, row.screen_words)
    profile = (row.profile_said_at, row.profile_words)
    if screen[0] is None or (profile[0] is not None and profile[0] > screen[0]):
        return profile
    return screen


def _stock(row: Any) -> AskableStock:
    key = StockKey(row.region, row.ticker)
    return AskableStock(key, **{name: getattr(row, name) for name in _NAMES[2:]})


def read_askable(connection: Connection, asking: Asking) -> list[AskableStock]:
    """Every active stock that the provider may know, in the order of their keys."""
    query = select(*(tickers.c[name] for name in _NAMES)).where(*_askable(asking))
    query = query.order_by(tickers.c.region, tickers.c.ticker)
    return [_stock(row) for row in connection.execute(query)]


def read_known(connection: Connection, asking: Asking) -> list[KnownStock]:
    """The active stocks of which the provider has told, by its last word; the latest first."""
    query = (
        select(
            *(tickers.c[name] for name in _NAMES),
            observations.c.source,
            observations.c.words,
            observations.c.observed_at,
            unknowns.c.asked_at,
        )
        .join(observations, _about(observations))
        .outerjoin(unknowns, _about(unknowns) & (unknowns.c.source == asking.groups))
        .where(*_askable(asking), observations.c.source.in_(asking.sources))
        .order_by(observations.c.observed_at, observations.c.source != asking.singles)
    )
    found: dict[StockKey, KnownStock] = {}
    for row in connection.execute(query):
        words = json.loads(row.words)
        found[StockKey(row.region, row.ticker)] = KnownStock(
            stock=_stock(row),
            words=words,
            group=words.get(asking.group_word, ""),
            by_group=row.source == asking.groups and row.asked_at is None,
            said_at=row.observed_at,
        )
    return sorted(found.values(), key=lambda one: (-one.said_at.timestamp(), one.key))


def read_told(connection: Connection, sources: Sequence[str], since: datetime) -> set[StockKey]:
    """The stocks of which one of these sources has told since a moment."""
    query = select(observations.c.region, observations.c.ticker).where(
        observations.c.source.in_(sources), observations.c.observed_at >= since
    )
    return {StockKey(*row) for row in connection.execute(query)}


def count_asked(
    connection: Connection, source: str, now: datetime, *, by_others: bool = False
) -> int:
    """Stocks of which a source was asked today (UTC), each by a request of its own, whatever it
    said.

    `by_others`: without those of which the run was told that began `now`.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    count = 0
    for table, moment in (
        (observations, observations.c.observed_at),
        (unknowns, unknowns.c.asked_at),
    ):
        query = select(func.count()).where(table.c.source == source, moment >= midnight)
        if table is unknowns:
            query = query.where(unknowns.c.because != LEFT_OUT)
        if by_others:
            query = query.where(moment != now)
        count += connection.execute(query).scalar_one()
    return count


def rest_after(times: int) -> timedelta:
    """How long to leave alone what was asked in vain so many times in a row."""
    return REST[min(times, len(REST)) - 1] if times else timedelta()


def forget_unknowns(
    connection: Connection, found: Sequence[Observation], sources: Sequence[str]
) -> None:
    """Forgets that these sources once did not know stocks of which one of them has told now."""
    for keys in in_parts([(one.region, one.ticker) for one in found]):
        connection.execute(_FORGET, {"sources": sources, "keys": keys})


def store_unknowns(
    connection: Connection,
    keys: Iterable[StockKey],
    source: str,
    now: datetime,
    *,
    because: str = ANSWERED,
) -> None:
    """Remembers that a source does not know these stocks, and when to ask it again.

    `because`: `ANSWERED`, `LEFT_OUT` or `UNREADABLE`.
    """
    query = select(unknowns).where(unknowns.c.source == source)
    times = {StockKey(row.region, row.ticker): row.times for row in connection.execute(query)}
    rows = []
    for key in keys:
        count = times.get(key, 0) + 1
        again = now + rest_after(count)
        row = {"source": source, "times": count, "asked_at": now, "ask_again_at": again}
        rows.append(key._asdict() | row | {"because": because})
    write_rows(connection, unknowns, rows)


def _about(table: Any) -> ColumnElement[bool]:
    return and_(table.c.region == tickers.c.region, table.c.ticker == tickers.c.ticker)


def _askable(asking: Asking) -> tuple[ColumnElement[bool], ...]:
    kinds = [kind.value for kind in asking.kinds]
    return (
        tickers.c.region.in_(asking.regions),
        tickers.c.is_active,
        tickers.c.asset_type == AssetType.STOCK.value,
        *([tickers.c.security_type.in_(kinds)] if kinds else []),
    )
