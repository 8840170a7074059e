"""Stocks about which a source that costs requests still has something to say."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from spock_core.domain.stock import StockKey


class PendingStock(NamedTuple):
    """A stock of which Yahoo has said nothing yet, or not for long."""

    key: StockKey
    symbol: str
    exchange: str
    kis_exchange: str | None
    industry: str | None
    """What Yahoo said last."""
    missed: bool
    """The screener did not have it: only a profile can tell more."""
    asked_at: datetime | None
    """When Yahoo was last asked of it, in vain or not."""
    listed_at: datetime
    """When its list first had it."""


class UnfinishedScreens(NamedTuple):
    """Screens of a run that did not come to its end, a short while ago."""

    planned_at: datetime
    industries: frozenset[str]
    """All of them."""
    exchanges: frozenset[str]
    """Yahoo's codes."""
    pending: tuple[tuple[str, tuple[str, ...]], ...]
    """Industry and exchanges of those that were not answered."""
