"""What the register holds of a region, whatever became of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RegionCoverage:
    """How much the register knows of a region."""

    region: str
    listings: int
    """Active instruments of all security types."""
    inactive: int
    """Instruments of all security types that are no longer in their list."""
    stocks: int
    """Active stocks."""
    known: Mapping[str, int]
    """Active stocks that have a value for a field, by field."""
    by_source: Mapping[str, int]
    """Active stocks with a sector, by the source that determined it."""
    oldest: datetime | None
    """When the stock with the oldest confirmation was last confirmed."""
    newest: datetime | None
    """When the stock with the newest confirmation was last confirmed."""
    listed_at: datetime | None
    """When a list of the region was last read."""

    @property
    def coverage(self) -> float:
        """Share of active stocks that have a sector, 0 to 1."""
        return coverage_of((self,))


def coverage_of(regions: Iterable[RegionCoverage]) -> float:
    """Returns the share of these regions' active stocks that have a sector, 0 to 1."""
    found = tuple(regions)
    stocks = sum(one.stocks for one in found)
    return sum(one.known["sector"] for one in found) / stocks if stocks else 0.0
