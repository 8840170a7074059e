"""Which stocks Yahoo has still something to say of, and what it was asked in vain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from spock_core.domain import AssetType, Observation, SecurityType
from spock_core.domain.stock import KnownStock, PendingStock, StockKey
from spock_core.store.rows import write_rows
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
marks are doubted: Yahoo lacks a twentieth, so a night of empty answers may have left them behind.
They are screened again as soon as their screener's rest is over."""

_CLASSIFIED = tuple(
    kind.value for kind in (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)
)
"""Yahoo gives no sector to preferred shares, units, warrants, rights and notes."""


def read_pending(
    connection: Connection,
    regions: Sequence[str],
    limit: datetime | None,
    now: datetime,
    *,
    screener: str,
    profile: str,
) -> list[PendingStock]:
    """The pending stocks of these regions, in the order of their keys.

    `limit`: what Yahoo said since then still holds; without one nothing does, and what it did not
    know is asked again too. What it said and did not know before a doubt began does not count.
    `screener`, `profile`: the names of Yahoo's sources.
    """
    by_screen, by_profile = observations.alias("o1"), observations.alias("o2")
    no_screen, no_profile = unknowns.alias("u1"), unknowns.alias("u2")
    doubt = listing_periods.alias("d")
    query = (
        select(
            *(tickers.c[n] for n in ("region", "ticker", "yahoo_symbol", "exchange")),
            tickers.c.kis_exchange,
            tickers.c.first_seen_at,
            by_screen.c.observed_at.label("screen_said_at"),
            by_screen.c.words.label("screen_words"),
            by_profile.c.observed_at.label("profile_said_at"),
            by_profile.c.words.label("profile_words"),
            no_screen.c.asked_at.label("screened_at"),
            no_screen.c.ask_again_at.label("screen_again_at"),
            no_screen.c.because.label("screened_because"),
            no_profile.c.asked_at.label("profiled_at"),
            no_profile.c.ask_again_at.label("rests_until"),
            doubt.c.changed_at.label("doubtful_since"),
        )
        .outerjoin(by_screen, _about(by_screen) & (by_screen.c.source == screener))
        .outerjoin(by_profile, _about(by_profile) & (by_profile.c.source == profile))
        .outerjoin(no_screen, _about(no_screen) & (no_screen.c.source == screener))
        .outerjoin(no_profile, _about(no_profile) & (no_profile.c.source == profile))
        .outerjoin(doubt, _about(doubt) & doubt.c.ended_at.is_(None))
        .where(*_askable(regions))
        .order_by(tickers.c.region, tickers.c.ticker)
    )
    if limit is not None:
        said_at = _later(by_screen.c.observed_at, by_profile.c.observed_at)
        holds = and_(
            said_at.is_not(None), said_at.between(limit, now), doubt.c.changed_at.is_(None)
        )
        query = query.where(not_(holds))
    rows = connection.execute(query).all()
    marked = sum(_is_unknown(row) for row in rows)
    mass = marked >= FEWEST_FOR_MASS and marked > MASS_SHARE * _count_askable(connection, regions)
    found = []
    for row in rows:
        _, words = _last_word(row)
        industry = json.loads(words).get("industry") if words else None
        rests = limit is not None and _rests(row, now)
        if row.doubtful_since is not None:
            asked = row.profiled_at is not None and row.profiled_at >= row.doubtful_since
            if not (asked and rests):
                found.append(_pending(row, None, missed=False, rests=False))
            continue
        may_screen = row.screen_again_at is None or row.screen_again_at <= now
        if rests and not (mass and may_screen):
            continue
        unreadable = row.screened_because == UNREADABLE
        missed = row.screened_at is not None and not (
            may_screen and (mass or industry or unreadable)
        )
        found.append(_pending(row, industry, missed=missed and limit is not None, rests=rests))
    return found


def _is_unknown(row: Any) -> bool:
    """Whether a screen or a profile was asked and did not know a stock."""
    screened = row.screened_at is not None and row.screened_because != UNREADABLE
    return screened or row.profiled_at is not None


def _rests(row: Any, now: datetime) -> bool:
    """Whether a profile was unknown so lately that it is left alone."""
    return row.rests_until is not None and bool(row.profiled_at <= now < row.rests_until)


def _later(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two moments that may be missing; the first if they are equal."""
    return case((or_(first.is_(None), second > first), second), else_=first)


def _count_askable(connection: Connection, regions: Sequence[str]) -> int:
    query = select(func.count()).select_from(tickers).where(*_askable(regions))
    return connection.execute(query).scalar_one()


def _pending(row: Any, industry: str | None, *, missed: bool, rests: bool) -> PendingStock:
    said_at, _ = _last_word(row)
    asked = [at for at in (said_at, row.screened_at, row.profiled_at) if at is not None]
    return PendingStock(
        key=StockKey(row.region, row.ticker),
        symbol=row.yahoo_symbol,
        exchange=row.exchange,
        kis_exchange=row.kis_exchange,
        industry=industry,
        missed=missed,
        asked_at=max(asked, default=None),
        listed_at=row.doubtful_since or row.first_seen_at,
        doubtful=row.doubtful_since is not None,
        rests=rests,
        unreadable=not missed and row.screened_because == UNREADABLE,
    )


def _last_word(row: Any) -> tuple[datetime | None, str | None]:
    """When Yahoo last said something of a stock, and the words of that very answer."""
    screen = (row.screen_said_at, row.screen_words)
    profile = (row.profile_said_at, row.profile_words)
    if screen[0] is None or (profile[0] is not None and profile[0] > screen[0]):
        return profile
    return screen


def read_symbols(connection: Connection, regions: Sequence[str]) -> dict[str, StockKey]:
    """Every active stock of these regions by its Yahoo symbol."""
    query = select(tickers.c.yahoo_symbol, tickers.c.region, tickers.c.ticker)
    query = query.where(*_askable(regions)).order_by(tickers.c.region, tickers.c.ticker)
    found: dict[str, StockKey] = {}
    for symbol, region, ticker in connection.execute(query):
        found.setdefault(symbol, StockKey(region, ticker))
    return found


def read_known(
    connection: Connection, regions: Sequence[str], *, screener: str, profile: str
) -> list[KnownStock]:
    """The active stocks of which Yahoo has told, by its last word; the latest answers first."""
    query = (
        select(
            *(tickers.c[n] for n in ("region", "ticker", "yahoo_symbol", "exchange")),
            tickers.c.kis_exchange,
            observations.c.source,
            observations.c.words,
            observations.c.observed_at,
            unknowns.c.asked_at,
        )
        .join(observations, _about(observations))
        .outerjoin(unknowns, _about(unknowns) & (unknowns.c.source == screener))
        .where(*_askable(regions), observations.c.source.in_((screener, profile)))
        .order_by(observations.c.observed_at, observations.c.source != profile)
    )
    found: dict[StockKey, KnownStock] = {}
    for row in connection.execute(query):
        said = json.loads(row.words)
        key = StockKey(row.region, row.ticker)
        found[key] = KnownStock(
            key=key,
            symbol=row.yahoo_symbol,
            exchange=row.exchange,
            kis_exchange=row.kis_exchange,
            industry=said.get("industry", ""),
            sector=said.get("sector", ""),
            by_screen=row.source == screener and row.asked_at is None,
            said_at=row.observed_at,
        )
    return sorted(found.values(), key=lambda one: (-one.said_at.timestamp(), one.key))


def count_asked(connection: Connection, source: str, since: datetime) -> int:
    """Stocks of which a source was asked since a moment, each by a request of its own, whatever it
    said."""
    knew = select(func.count()).where(
        observations.c.source == source, observations.c.observed_at >= since
    )
    not_knew = select(func.count()).where(
        unknowns.c.source == source, unknowns.c.asked_at >= since, unknowns.c.because != LEFT_OUT
    )
    return connection.execute(knew).scalar_one() + connection.execute(not_knew).scalar_one()


def rest_after(times: int) -> timedelta:
    """How long to leave alone what was asked in vain so many times in a row."""
    return REST[min(times, len(REST)) - 1]


def forget_unknowns(connection: Connection, found: Sequence[Observation]) -> None:
    """Forgets that Yahoo once did not know stocks of which it has told now; a few hundred."""
    keys = [(one.region, one.ticker) for one in found]
    connection.execute(
        delete(unknowns).where(tuple_(unknowns.c.region, unknowns.c.ticker).in_(keys))
    )


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


def _askable(regions: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        tickers.c.region.in_(regions),
        tickers.c.is_active,
        tickers.c.asset_type == AssetType.STOCK.value,
        tickers.c.security_type.in_(_CLASSIFIED),
        tickers.c.yahoo_symbol.is_not(None),
    )
