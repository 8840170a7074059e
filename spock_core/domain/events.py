"""The events of a run, which observers are notified of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from spock_core.domain import DamagedLine


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run has started."""

    run_id: int | None
    """None for a dry run, which is not stored."""
    started_at: datetime
    regions: tuple[str, ...]
    database: str
    """Its URL without the password."""
    last_success: Mapping[str, datetime] = field(default_factory=dict)
    """When each region last succeeded, in earlier runs."""


@dataclass(frozen=True, slots=True)
class RegionStarted:
    """Work on a region has started."""

    region: str
    total: int
    """Active stocks of the region in the register, before its lists are read."""


@dataclass(frozen=True, slots=True)
class RequestMade:
    """One HTTP request was made."""

    provider: str
    outcome: str
    """`ok`, `not_modified`, `unknown` (symbol), `http_503` or another status, `timeout`,
    `connection`, `cut` (truncated), `html` (a web page instead of data), `crumb` (no crumb),
    `too_large` or `unreadable`."""
    seconds: float
    """Time from sending the request to its response or failure."""
    waited_s: float = 0.0
    """Seconds spent waiting for the rate limiter before that."""
    rate: float | None = None
    """Requests a second that the rate limiter allows now; None for a provider without one."""
    ceiling: float | None = None
    """Highest rate that the rate limiter allows, in requests a second."""
    given_up: bool = False
    """Whether the provider's circuit breaker is open."""
    dropped: int = 0
    """Parts of the answer, such as quotes of a screen, that were unreadable and left out."""
    ask_again_s: float | None = None
    """Seconds for which the provider asks to be left alone, if that is more than this run waits."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A request failed and will be retried."""

    provider: str
    attempt: int
    """Number of attempts so far."""
    wait_s: float
    """Seconds until the retry."""
    reason: str
    region: str | None = None
    """The region for which the retry is counted. A request for stocks of several regions counts for
    the one that most of them belong to."""


class RefusalKind(StrEnum):
    """Why a list was refused. The values are label values of a metric."""

    UNAVAILABLE = "unavailable"
    """It could not be fetched, or is not a list."""
    DAMAGED = "damaged"
    """Too many of its lines are damaged."""
    SHRANK = "shrank"
    """It lost more than a fifth of its instruments."""
    GREW = "grew"
    """It has half as many new instruments as known ones, or names its instruments twice."""
    CHANGED = "changed"
    """It names other instruments in the place of the known ones, or others of their types."""


@dataclass(frozen=True, slots=True)
class ListingChanges:
    """What reading a region's lists changed in the register. Counts are of instruments."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    """No longer in their list; they are now inactive."""
    back: int = 0
    """Inactive before, and in their list again."""
    passed: int = 0
    """Their key passed to another instrument: a new listing period began."""
    doubtful: int = 0
    """Their key may have passed to another instrument, in this run or earlier."""
    listed: int = 0
    """Active instruments of all security types, after the lists were read."""
    damaged: tuple[DamagedLine, ...] = ()
    """The first damaged lines, at most a hundred."""
    damaged_count: int = 0
    not_modified: tuple[str, ...] = ()
    """Names of the lists that have not changed since the last run (HTTP 304)."""
    refused: tuple[str, ...] = ()
    """One message for each list that was unavailable or implausible."""
    refused_lists: tuple[str, ...] = ()
    """The names of these lists, in the same order."""
    refused_kinds: tuple[RefusalKind, ...] = ()
    """Why each was refused, in the same order."""

    @property
    def written(self) -> int:
        """Rows of the register that reading the lists inserted or updated."""
        return self.new + self.changed + self.gone + self.back + self.passed


@dataclass(frozen=True, slots=True)
class RegionListed:
    """A region's lists have been read and stored."""

    region: str
    total: int
    """Active stocks of the region, which will now be classified."""
    changes: ListingChanges


@dataclass(frozen=True, slots=True)
class StocksClassified:
    """A batch of stocks has been classified and stored."""

    region: str
    done: int
    """Stocks in the batch, with or without a classification."""
    enriched: int
    """Stocks whose classification was written: new, changed or confirmed."""
    by_source: Mapping[str, int]
    """`enriched` by the source that decided the sector: `kis`, `yahoo-screener`, `issuer`."""
