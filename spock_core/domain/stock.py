"""A stock in the register, and an update of its classification."""

from __future__ import annotations

from collections.abc import Mapping
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
