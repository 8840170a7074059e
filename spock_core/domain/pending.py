"""Stocks that are pending a request to Yahoo, and screens that an interrupted run left."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from spock_core.domain.stock import StockKey


class PendingStock(NamedTuple):
    """A stock without an observation from Yahoo, or with one that is too old."""

    key: StockKey
    symbol: str
    """Yahoo's symbol."""
    exchange: str
    """MIC."""
    kis_exchange: str | None
    industry: str | None
    """Yahoo's industry by the last observation."""
    missed: bool
    """Whether the screener does not have it, so that it needs a profile."""
    asked_at: datetime | None
    """When Yahoo was last queried for it, with or without a result."""
    listed_at: datetime
    """When it first appeared in its list."""
    doubtful: bool = False
    """Whether the answer is to tell if its key passed to another instrument."""


class UnfinishedScreens(NamedTuple):
    """The screens planned by a recent run that did not finish."""

    planned_at: datetime
    industries: frozenset[str]
    """Industries of all planned screens."""
    exchanges: frozenset[str]
    """Yahoo's exchange codes of all planned screens."""
    pending: tuple[tuple[str, tuple[str, ...]], ...]
    """Industry and Yahoo's exchange codes of each screen that was not completed."""
