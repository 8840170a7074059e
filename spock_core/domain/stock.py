"""A stock as the register has it, and what is to be written of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from spock_core.domain import Classification, Listing, Observation


class StockKey(NamedTuple):
    """A stock."""

    region: str
    ticker: str


class Stock(NamedTuple):
    """A listing with what is known of it."""

    listing: Listing
    classification: Classification | None = None
    enriched_at: datetime | None = None
    observations: Mapping[str, Observation] = MappingProxyType({})
    """By source."""


class ClassificationUpdate(NamedTuple):
    """A classification to be written. `enriched_at` is None where no source says a sector."""

    classification: Classification
    is_new: bool
    values_changed: bool
    enriched_at: datetime | None
