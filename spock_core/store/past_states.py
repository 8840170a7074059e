"""What the register said before: the state of a stock until it changed.

A state is kept by the run that ends it, once: what several steps of a run do to a stock is one
change, at the moment of that run. The first classification of a listing ends no state.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    and_,
    bindparam,
    exists,
    func,
    insert,
    select,
)

from spock_core.store.rows import in_parts
from spock_core.store.schema import past_states, runs, stock_details, tickers

_COLUMNS = tuple(column.name for column in past_states.c)
_OF_LISTING = tuple(name for name in _COLUMNS if name in tickers.c)
_OF_CLASSIFICATION = tuple(
    name for name in _COLUMNS if name in stock_details.c and name not in tickers.c
)


def keep_states(connection: Connection, changing: ColumnElement[bool], now: datetime) -> None:
    """Keeps the present states of listings that are about to change.

    `changing`: a condition on `tickers`. Call it in the transaction that changes them, before.
    """
    connection.execute(_keeping(changing), {"now": now})


def keep_changed(
    connection: Connection, region: str, changing: Sequence[str], now: datetime
) -> None:
    """Keeps the present states of listings of a region that are about to change, by their
    tickers."""
    _keep_some(connection, _keeping_changed(), region, changing, now)


def keep_classified(
    connection: Connection, region: str, changing: Sequence[str], now: datetime
) -> None:
    """Keeps the present states of stocks of a region whose classification is about to change, by
    their tickers; not those of stocks that this run has classified already."""
    _keep_some(connection, _keeping_classified(), region, changing, now)


def _keep_some(
    connection: Connection, keeping: Insert, region: str, changing: Sequence[str], now: datetime
) -> None:
    for some in in_parts(changing):
        connection.execute(keeping, {"region": region, "changing": some, "now": now})


@cache
def _keeping_changed() -> Insert:
    return _keeping(_some_of_region())


@cache
def _keeping_classified() -> Insert:
    """The statement of `keep_classified`, which a run executes for every answer."""
    earlier = _same(stock_details) & (stock_details.c.last_updated < _now())
    return _keeping(_some_of_region() & exists().where(earlier).correlate(tickers))


def _some_of_region() -> ColumnElement[bool]:
    some = tickers.c.ticker.in_(bindparam("changing", expanding=True))
    return and_(tickers.c.region == bindparam("region"), some)


def _keeping(changing: ColumnElement[bool]) -> Insert:
    """Keeps the states of the listings for which a condition holds, at the moment `now`."""
    kept = exists().where(
        past_states.c.region == tickers.c.region,
        past_states.c.ticker == tickers.c.ticker,
        past_states.c.until == _now(),
    )
    states = (
        select(
            *(tickers.c[name] for name in _OF_LISTING),
            _now(),
            *(stock_details.c[name] for name in _OF_CLASSIFICATION),
        )
        .select_from(tickers.outerjoin(stock_details, _same(stock_details)))
        .where(changing, tickers.c.first_seen_at < _now(), ~kept)
    )
    names = [*_OF_LISTING, "until", *_OF_CLASSIFICATION]
    return insert(past_states).from_select(names, states)


def _now() -> BindParameter[Any]:
    return bindparam("now", type_=past_states.c.until.type)


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
