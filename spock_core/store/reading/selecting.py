"""Queries whose rows people read: stocks, changes, and what a text may mean."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from spock_core.domain import AssetType
from spock_core.domain.stock import StockKey
from spock_core.domain.text import unaccented
from spock_core.store.reading.past import past_stocks
from spock_core.store.schema import changes, listing_periods, stock_details, tickers
from spock_core.store.views import stocks


def read_regions(connection: Connection) -> list[str]:
    """The regions of the register, in the order of their codes."""
    query = select(tickers.c.region).distinct().order_by(tickers.c.region)
    return list(connection.execute(query).scalars())


def select_stocks(
    *,
    regions: Collection[str] = (),
    gics_codes: Collection[str] = (),
    security_types: Collection[str] = (),
    active: bool | None = True,
    as_of: datetime | None = None,
) -> Select[Any]:
    """Rows of the view `stocks`, in the order of their keys. Nothing given means all.

    `gics_codes`: codes of two, four or six digits, of which a stock needs one. `active`: whether
    its list still has it; None for both. `as_of`: the rows as they were at a moment.
    """
    found = (stocks if as_of is None else past_stocks(as_of)).c
    query = select(*found).order_by(found.region, found.ticker)
    if regions:
        query = query.where(found.region.in_(regions))
    if security_types:
        query = query.where(found.security_type.in_(security_types))
    if active is not None:
        query = query.where(found.is_active == active)
    if gics_codes:
        levels = {2: "sector_code", 4: "industry_group_code", 6: "industry_code"}
        query = query.where(or_(*(found[levels[len(code)]] == code for code in gics_codes)))
    return query


def select_changes(since: datetime | None = None, regions: Collection[str] = ()) -> Select[Any]:
    """What changed, the latest first: classifications, and listings that are new or gone.

    The listings of a region's first run are not new, nor are keys that passed to another
    instrument: that is a change of its own. A listing is gone since it was last seen.
    """
    first = select(tickers.c.region, func.min(tickers.c.first_seen_at).label("moment"))
    began = first.group_by(tickers.c.region).subquery()
    classified = _change(changes.c.changed_at, changes.c.field, changes).select_from(
        changes.join(tickers, _same(changes))
    )
    new = (
        _change(tickers.c.first_seen_at, literal("new", String()))
        .join(began, began.c.region == tickers.c.region)
        .where(tickers.c.first_seen_at > began.c.moment, ~_passed_then())
    )
    gone = _change(tickers.c.last_seen_at, literal("gone", String())).where(~tickers.c.is_active)
    found = union_all(classified, new, gone).subquery("changed")
    query = select(found).order_by(
        found.c.changed_at.desc(), found.c.region, found.c.ticker, found.c.change
    )
    if since is not None:
        query = query.where(found.c.changed_at >= since)
    if regions:
        query = query.where(found.c.region.in_(regions))
    return query


def _passed_then() -> ColumnElement[bool]:
    """Whether a listing was first seen when its key passed to it from another instrument."""
    periods = listing_periods.c
    return exists().where(
        periods.region == tickers.c.region,
        periods.ticker == tickers.c.ticker,
        periods.ended_at == tickers.c.first_seen_at,
    )


def _change(moment: Any, what: Any, row: Any = None) -> Select[Any]:
    """A change of one listing. `row` is the table that tells values, source and run, if any."""
    told = ("before", "after", "source", "run_id")
    values = [null() if row is None else row.c[name] for name in told]
    return select(
        moment.label("changed_at"),
        tickers.c.region,
        tickers.c.ticker,
        tickers.c.name,
        what.label("change"),
        *(value.label(name) for value, name in zip(values, told, strict=True)),
    )


def select_matches(
    text: str, keys: Collection[StockKey] = (), *, by_ticker: bool = True
) -> Select[Any]:
    """Instruments with these keys, and those whose names have all words of a text, the best first.

    `by_ticker`: a word may also be the beginning of the ticker or of Yahoo's symbol. The words are
    looked for as they are written, and without accents.
    Best is a key, the ticker or symbol itself, then a name that is, begins with, or has a word that
    begins with the text; active before gone, stocks before others, short names before long ones.
    """
    names = (tickers.c.name, tickers.c.name_local)
    codes = (tickers.c.ticker, tickers.c.yahoo_symbol)
    words = []
    for word in text.split():
        written = {word, unaccented(word)}
        found = [name.icontains(one, autoescape=True) for name in names for one in written]
        if by_ticker:
            found += [code.istartswith(one, autoescape=True) for code in codes for one in written]
        words.append(_any(found))
    meant = _any(and_(tickers.c.region == r, tickers.c.ticker == t) for r, t in keys)
    query = matches().where(or_(meant, and_(true(), *words)))
    text = unaccented(text)
    wanted = text.lower()
    rank = case(
        (meant, -1),
        (_any(func.lower(field) == wanted for field in codes), 0),
        (_any(func.lower(field) == wanted for field in names), 1),
        (_any(field.istartswith(text, autoescape=True) for field in names), 2),
        (_any(field.icontains(f" {text}", autoescape=True) for field in names), 3),
        else_=4,
    )
    return query.order_by(
        rank,
        tickers.c.is_active.desc(),
        case((tickers.c.asset_type == AssetType.STOCK.value, 0), else_=1),
        func.length(tickers.c.name),
        tickers.c.region,
        tickers.c.ticker,
    )


def matches() -> Select[Any]:
    """What is told of each instrument that a text may mean, of any kind, active or not."""
    return select(
        tickers.c.region,
        tickers.c.ticker,
        tickers.c.name,
        tickers.c.name_local,
        tickers.c.exchange,
        tickers.c.yahoo_symbol,
        tickers.c.asset_type,
        tickers.c.security_type,
        tickers.c.is_active,
        stock_details.c.sector_code,
        stock_details.c.sector,
    ).select_from(tickers.outerjoin(stock_details, _same(stock_details)))


def _same(table: Any) -> ColumnElement[bool]:
    return and_(table.c.region == tickers.c.region, table.c.ticker == tickers.c.ticker)


def _any(conditions: Any) -> ColumnElement[bool]:
    """Whether one of the conditions holds; one about a missing value does not."""
    result: ColumnElement[bool] = literal(False)
    for condition in conditions:
        result = result | func.coalesce(condition, False)
    return result
