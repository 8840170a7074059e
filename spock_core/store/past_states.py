"""What the register said before: the state of a stock until it changed.

A state is kept by the run that ends it, once: what several steps of a run do to a stock is one
change, at the moment of that run. The first classification of a listing ends no state.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
)

from spock_core.store.schema import past_states, runs, stock_details, tickers

_AT_ONCE = 500
"""Tickers in one question."""
_COLUMNS = tuple(column.name for column in past_states.c)
_OF_LISTING = tuple(name for name in _COLUMNS if name in tickers.c)
_OF_CLASSIFICATION = tuple(
    name for name in _COLUMNS if name in stock_details.c and name not in tickers.c
)


def keep_states(connection: Connection, changing: ColumnElement[bool], now: datetime) -> None:
    """Keeps the present states of listings that are about to change.

    `changing`: a condition on `tickers`. Call it in the transaction that changes them, before.
    """
    kept = exists().where(
        past_states.c.region == tickers.c.region,
        past_states.c.ticker == tickers.c.ticker,
        past_states.c.until == now,
    )
    states = (
        select(
            *(tickers.c[name] for name in _OF_LISTING),
            literal(now, past_states.c.until.type),
            *(stock_details.c[name] for name in _OF_CLASSIFICATION),
        )
        .select_from(tickers.outerjoin(stock_details, _same(stock_details)))
        .where(changing, tickers.c.first_seen_at < now, ~kept)
    )
    names = [*_OF_LISTING, "until", *_OF_CLASSIFICATION]
    connection.execute(insert(past_states).from_select(names, states))


def keep_changed(
    connection: Connection,
    region: str,
    changing: Sequence[str],
    now: datetime,
    *conditions: ColumnElement[bool],
) -> None:
    """Keeps the present states of listings of a region that are about to change, by their tickers;
    of those alone that meet the conditions on `tickers`."""
    for start in range(0, len(changing), _AT_ONCE):
        some = tickers.c.ticker.in_(changing[start : start + _AT_ONCE])
        keep_states(connection, and_(tickers.c.region == region, some, *conditions), now)


def keep_classified(
    connection: Connection, region: str, changing: Sequence[str], now: datetime
) -> None:
    """Keeps the present states of stocks of a region whose classification is about to change, by
    their tickers; not those of stocks that this run has classified already."""
    if not changing:
        return
    earlier = _same(stock_details) & (stock_details.c.last_updated < now)
    keep_changed(connection, region, changing, now, exists().where(earlier).correlate(tickers))


def history_since(connection: Connection) -> datetime | None:
    """Returns the start of the first run that kept what it changed; None if there is none yet."""
    query = select(func.min(runs.c.started_at)).where(runs.c.keeps_history)
    return connection.execute(query).scalar()


def ended_after(moment: datetime) -> FromClause:
    """The state of each changed listing at a moment: the first one that ended later."""
    later = (
        select(
            past_states.c.region,
            past_states.c.ticker,
            func.min(past_states.c.until).label("until"),
        )
        .where(past_states.c.until > moment)
        .group_by(past_states.c.region, past_states.c.ticker)
        .subquery("later")
    )
    same = and_(*(past_states.c[name] == later.c[name] for name in ("region", "ticker", "until")))
    return past_states.join(later, same)


def changed_after(moment: datetime, row: FromClause) -> ColumnElement[bool]:
    """Whether the listing of a row has changed since a moment."""
    return exists().where(
        past_states.c.region == row.c.region,
        past_states.c.ticker == row.c.ticker,
        past_states.c.until > moment,
    )


def _same(table: FromClause) -> ColumnElement[bool]:
    return and_(table.c.region == tickers.c.region, table.c.ticker == tickers.c.ticker)
