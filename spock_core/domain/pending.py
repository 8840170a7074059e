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
    rests: bool = False
    """Whether its profile was unknown a short while ago, so that only a screen may be asked."""


class KnownStock(NamedTuple):
    """A stock of which Yahoo has told before, by its last word."""

    key: StockKey
    symbol: str
    """Yahoo's symbol."""
    exchange: str
    """MIC."""
    kis_exchange: str | None
    industry: str
    sector: str
    by_screen: bool
    """Whether a screen said so, and has had it since: it must then have it again."""
    said_at: datetime


class UnfinishedScreens(NamedTuple):
    """The screens planned by a recent run that did not finish."""

    planned_at: datetime
    industries: frozenset[str]
    """Industries of all planned screens."""
    exchanges: frozenset[str]
    """Yahoo's exchange codes of all planned screens."""
    pending: tuple[tuple[str, tuple[str, ...]], ...]
    """Industry and Yahoo's exchange codes of each screen that was not completed."""
