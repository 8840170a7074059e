"""Which stocks Yahoo has still something to say of, and what it was asked in vain."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from spock_core.domain import AssetType, Observation, SecurityType
from spock_core.domain.pending import PendingStock
from spock_core.domain.stock import StockKey
from spock_core.store.schema import observations, tickers, unknowns

REST = (timedelta(hours=20), timedelta(days=6, hours=20), timedelta(days=29, hours=20))
"""How long to leave alone what a provider did not know once, twice, more often: a day, a week, a
month, each a little short, so that a nightly run that starts a minute early does not miss it."""

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
    """The needs of these regions, in the order of their keys.

    `limit`: what Yahoo said since then still holds; without one nothing does, and what it did not
    know is asked again too.
    """
    said, screened, profiled = observations.alias(), unknowns.alias("s"), unknowns.alias("p")
    query = (
        select(
            *(tickers.c[n] for n in ("region", "ticker", "yahoo_symbol", "exchange")),
            tickers.c.kis_exchange,
            tickers.c.first_seen_at,
            func.max(said.c.observed_at).label("said_at"),
            func.max(said.c.words).label("words"),
            func.max(screened.c.asked_at).label("screened_at"),
            func.max(profiled.c.asked_at).label("profiled_at"),
            func.max(profiled.c.ask_again_at).label("rests_until"),
        )
        .outerjoin(said, _about(said) & said.c.source.in_((screener, profile)))
        .outerjoin(screened, _about(screened) & (screened.c.source == screener))
        .outerjoin(profiled, _about(profiled) & (profiled.c.source == profile))
        .where(*_askable(regions))
        .group_by(tickers.c.region, tickers.c.ticker)
        .order_by(tickers.c.region, tickers.c.ticker)
    )
    needs = []
    for row in connection.execute(query):
        if limit is not None:
            if row.said_at is not None and row.said_at >= limit:
                continue
            if row.rests_until is not None and row.rests_until > now:
                continue
        asked = [at for at in (row.said_at, row.screened_at, row.profiled_at) if at is not None]
        needs.append(
            PendingStock(
                key=StockKey(row.region, row.ticker),
                symbol=row.yahoo_symbol,
                exchange=row.exchange,
                kis_exchange=row.kis_exchange,
                industry=json.loads(row.words).get("industry") if row.words else None,
                missed=row.screened_at is not None and limit is not None,
                asked_at=max(asked, default=None),
                listed_at=row.first_seen_at,
            )
        )
    return needs


def read_symbols(connection: Connection, regions: Sequence[str]) -> dict[str, StockKey]:
    """Every active stock of these regions by its Yahoo symbol."""
    query = select(tickers.c.yahoo_symbol, tickers.c.region, tickers.c.ticker)
    query = query.where(*_askable(regions)).order_by(tickers.c.region, tickers.c.ticker)
    found: dict[str, StockKey] = {}
    for symbol, region, ticker in connection.execute(query):
        found.setdefault(symbol, StockKey(region, ticker))
    return found


def count_industries(
    connection: Connection, regions: Sequence[str], sources: Sequence[str]
) -> Counter[tuple[str, str]]:
    """Active stocks by MIC and Yahoo industry, as far as Yahoo has said it."""
    query = (
        select(tickers.c.exchange, observations.c.words)
        .join(observations, _about(observations))
        .where(*_askable(regions), observations.c.source.in_(sources))
    )
    return Counter(
        (exchange, json.loads(words).get("industry", ""))
        for exchange, words in connection.execute(query)
    )


def count_asked(connection: Connection, source: str, since: datetime) -> int:
    """Stocks of which a source was asked since a moment, whatever it said."""
    knew = select(func.count()).where(
        observations.c.source == source, observations.c.observed_at >= since
    )
    not_knew = select(func.count()).where(unknowns.c.source == source, unknowns.c.asked_at >= since)
    return connection.execute(knew).scalar_one() + connection.execute(not_knew).scalar_one()


def forget_unknowns(connection: Connection, found: Sequence[Observation]) -> None:
    """Forgets that Yahoo once did not know stocks of which it has told now; a few hundred."""
    keys = [(one.region, one.ticker) for one in found]
    connection.execute(
        delete(unknowns).where(tuple_(unknowns.c.region, unknowns.c.ticker).in_(keys))
    )


def store_unknowns(
    connection: Connection, keys: Iterable[StockKey], source: str, now: datetime
) -> None:
    """Remembers that a source does not know these stocks, and when to ask it again."""
    times = {
        StockKey(row.region, row.ticker): row.times
        for row in connection.execute(select(unknowns).where(unknowns.c.source == source))
    }
    new: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []
    for key in keys:
        count = times.get(key, 0) + 1
        again = now + REST[min(count, len(REST)) - 1]
        row = {"times": count, "asked_at": now, "ask_again_at": again}
        if key in times:
            old.append(row | {"r": key.region, "t": key.ticker})
        else:
            new.append(row | {"region": key.region, "ticker": key.ticker, "source": source})
    if new:
        connection.execute(insert(unknowns), new)
    if old:
        statement = update(unknowns).where(
            unknowns.c.region == bindparam("r"),
            unknowns.c.ticker == bindparam("t"),
            unknowns.c.source == source,
        )
        names = ("times", "asked_at", "ask_again_at")
        connection.execute(statement.values({name: bindparam(name) for name in names}), old)


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
