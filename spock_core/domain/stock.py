"""A stock in the register, an update of its classification, and stocks pending a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from spock_core.domain.evidence import Classification, Observation
from spock_core.domain.listing import StoredListing


class StockKey(NamedTuple):
    """What identifies a stock in the register."""

    region: str
    ticker: str


class Stock(NamedTuple):
    """A listing with its classification and observations."""

    listing: StoredListing
    classification: Classification | None = None
    enriched_at: datetime | None = None
    """When a source last said or confirmed its sector, in UTC."""
    observations: Mapping[str, Observation] = MappingProxyType({})
    """By source."""

    @property
    def key(self) -> StockKey:
        """Its region and ticker."""
        return StockKey(self.listing.region, self.listing.ticker)


class ClassificationUpdate(NamedTuple):
    """A classification to be written."""

    classification: Classification
    values_changed: bool
    """Whether it is new or differs from the register's; else only its date is moved."""
    enriched_at: datetime | None
    """None where no source says a sector."""


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
    rests: bool = False
    """Whether its profile was unknown a short while ago, so that only a screen may be asked."""
    unreadable: bool = False
    """Whether it may be in a screen that was unreadable and is to be asked again."""


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


class UnreadableScreen(NamedTuple):
    """The screen of an industry whose answer could not be read when it was last asked."""

    industry: str
    exchanges: frozenset[str]
    """Yahoo's codes."""
    times: int
    """How often in a row."""
    asked_at: datetime
    ask_again_at: datetime

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone now. What was noted in the future does not count."""
        return self.asked_at <= now < self.ask_again_at

    def meets(self, industry: str, exchanges: Iterable[str]) -> bool:
        """Whether it has stocks in common with another screen."""
        return industry == self.industry and not self.exchanges.isdisjoint(exchanges)


class UnfinishedScreens(NamedTuple):
    """The screens planned by a recent run that did not finish."""

    planned_at: datetime
    industries: frozenset[str]
    """Industries of all planned screens."""
    exchanges: frozenset[str]
    """Yahoo's exchange codes of all planned screens."""
    pending: tuple[tuple[str, tuple[str, ...]], ...]
    """Industry and Yahoo's exchange codes of each screen that was not completed."""
