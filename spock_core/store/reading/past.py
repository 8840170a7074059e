"""The stocks of the register as they were at a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, case, cast, null, select, union_all

from spock_core.domain import AssetType
from spock_core.store.past_states import changed_after, ended_after
from spock_core.store.schema import past_states
from spock_core.store.views import stocks

_MOMENTS = ("enriched_at", "last_updated", "last_seen_at")
"""Columns that keep their latest value alone: one that came later says nothing of the past."""
_AGES = ("age_days",)
"""Columns that are counted from now."""


def past_stocks(moment: datetime) -> FromClause:
    """Returns the rows of the view `stocks` as they were at a moment, with the same columns.

    A stock that has not changed since is as it is now. What is not kept of a state that has ended
    is NULL: identifiers, and the moments of `_MOMENTS`.
    """
    ended = select(
        *(
            past_states.c[column.name]
            if column.name in past_states.c
            else cast(null(), column.type).label(column.name)
            for column in stocks.c
        )
    ).select_from(ended_after(moment))
    ended = ended.where(
        past_states.c.first_seen_at <= moment,
        past_states.c.asset_type == AssetType.STOCK.value,
    )
    present = select(*(_as_known(column, moment) for column in stocks.c)).where(
        stocks.c.first_seen_at <= moment, ~changed_after(moment, stocks)
    )
    return union_all(ended, present).subquery("stocks_then")


def _as_known(column: ColumnElement[object], moment: datetime) -> ColumnElement[object]:
    """A column of the present state, as far as it was known at a moment."""
    name = str(column.key)
    if name in _AGES:
        return cast(null(), column.type).label(name)
    if name in _MOMENTS:
        return case((column <= moment, column), else_=null()).label(name)
    return column
