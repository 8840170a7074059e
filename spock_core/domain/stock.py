"""A stock in the register, an update of its classification, and stocks pending a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
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


class AskableStock(NamedTuple):
    """What a query source may know a stock by."""

    key: StockKey
    exchange: str
    """MIC."""
    kis_exchange: str | None
    yahoo_symbol: str | None = None
    isin: str | None = None
    currency: str = ""
    """ISO 4217."""


class PendingStock(NamedTuple):
    """A stock without an observation from a provider, or with one that is too old."""

    stock: AskableStock
    group: str | None
    """The provider's group of it by the last observation."""
    missed: bool
    """Whether no group has it, so that it must be asked about itself."""
    asked_at: datetime | None
    """When the provider was last asked about it, with or without a result."""
    listed_at: datetime
    """When it first appeared in its list."""
    symbol: str = ""
    """What the provider knows it by."""
    doubtful: bool = False
    """Whether the answer is to tell if its key passed to another instrument."""
    rests: bool = False
    """Whether it was unknown a short while ago, so that only groups may be asked for."""
    wanted: bool = True
    """Whether nobody else has told yet what the provider may tell of it."""

    @property
    def key(self) -> StockKey:
        """Its region and ticker."""
        return self.stock.key


class KnownStock(NamedTuple):
    """A stock of which a provider has told before, by its last word."""

    stock: AskableStock
    words: Mapping[str, str]
    group: str
    """Empty if the words name none."""
    by_group: bool
    """Whether its group has had it since: it must then have it again."""
    said_at: datetime

    @property
    def key(self) -> StockKey:
        """Its region and ticker."""
        return self.stock.key


class GroupFailure(StrEnum):
    """Why a group had no answer that can be used."""

    UNREADABLE = "unreadable"
    """Its answer could not be read."""
    HOLLOW = "hollow"
    """Its answer lacks stocks that must be in it."""
    FAILED = "failed"
    """The question failed whenever it was asked."""


class FailedGroup(NamedTuple):
    """A group that failed when it was last asked for, while others were answered."""

    source: str
    group: str
    venues: frozenset[str]
    """The provider's codes of the exchanges."""
    because: GroupFailure
    times: int
    """How often in a row."""
    asked_at: datetime
    ask_again_at: datetime

    def rests(self, now: datetime) -> bool:
        """Whether it is not to be asked for now. What was noted in the future does not count."""
        return self.asked_at <= now < self.ask_again_at

    def meets(self, group: str, venues: Iterable[str]) -> bool:
        """Whether it has stocks in common with another question."""
        return group == self.group and not self.venues.isdisjoint(venues)

    def may_have(self, stock: PendingStock, venues: Iterable[str]) -> bool:
        """Whether a stock at these venues may be in it. All others were asked for at that time, and
        what they had is known."""
        is_asked = stock.listed_at <= self.asked_at and self.venues.issuperset(venues)
        return is_asked and stock.group in (None, self.group)


class UnfinishedGroups(NamedTuple):
    """The groups that a recent run was about to ask for, and did not finish."""

    planned_at: datetime
    groups: frozenset[str]
    """All planned groups."""
    venues: frozenset[str]
    """The provider's codes of all exchanges that were asked about."""
    pending: tuple[tuple[str, tuple[str, ...]], ...]
    """Group and codes of each question that was not answered."""
