"""A stock in the register, and an update of its classification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from spock_core.domain import Classification, Listing, Observation


class StockKey(NamedTuple):
    """Identifies a listing in the register."""

    region: str
    ticker: str


class Stock(NamedTuple):
    """A listing with its classification and observations."""

    listing: Listing
    classification: Classification | None = None
    enriched_at: datetime | None = None
    """When its classification was last confirmed; None if it has no sector."""
    observations: Mapping[str, Observation] = MappingProxyType({})
    """By source."""


class ClassificationUpdate(NamedTuple):
    """A classification to be written to the register."""

    classification: Classification
    is_new: bool
    """Whether the register has no classification of the stock yet."""
    values_changed: bool
    """Whether it differs from the register; otherwise only `enriched_at` does."""
    enriched_at: datetime | None
    """None if no source knows a sector."""
