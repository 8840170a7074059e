"""What observers hear of a run: plain values, one for each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from spock_core.domain import DamagedLine


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins."""

    run_id: int | None
    """None for a dry run, which is not kept."""
    started_at: datetime
    regions: tuple[str, ...]
    database: str
    """Without its password."""
    last_success: Mapping[str, datetime] = field(default_factory=dict)
    """When each region last came through, in runs before this one."""


@dataclass(frozen=True, slots=True)
class RegionStarted:
    """A region begins."""

    region: str
    total: int
    """Active stocks the register has of it now, before its lists are read."""


@dataclass(frozen=True, slots=True)
class RequestMade:
    """One HTTP request on the wire."""

    provider: str
    outcome: str
    """`ok`, `not_modified`, `http_404`, `timeout`, `connection`, `cut`, `html` …"""
    seconds: float
    waited_s: float = 0.0
    """Time that it waited for the provider's budget before."""
    rate: float | None = None
    """Requests a second that the budget lets pass now; None without a budget."""
    ceiling: float | None = None
    """Requests a second that it may let pass at most."""
    given_up: bool = False
    """Whether the provider is left alone for the rest of the run."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A question is about to be asked again."""

    provider: str
    attempt: int
    """How many times it was asked so far."""
    wait_s: float
    reason: str
    region: str | None = None
    """The region for which it is asked, or for which most of what is asked is."""


class RefusalKind(StrEnum):
    """Why a list was refused. These words are label values of a metric."""

    UNAVAILABLE = "unavailable"
    """It could not be had, or it was no list."""
    DAMAGED = "damaged"
    SHRANK = "shrank"


@dataclass(frozen=True, slots=True)
class ListingChanges:
    """What reading a region's lists changed in the register."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    back: int = 0
    listed: int = 0
    """Instruments of all kinds that the lists and the register now hold as active."""
    damaged: tuple[DamagedLine, ...] = ()
    """The first damaged lines, at most a hundred."""
    damaged_count: int = 0
    not_modified: tuple[str, ...] = ()
    """Lists whose server said that they are as they were."""
    refused: tuple[str, ...] = ()
    """One line for each list that could not be had or trusted."""
    refused_lists: tuple[str, ...] = ()
    """The names of these lists."""
    refused_kinds: tuple[RefusalKind, ...] = ()
    """Of each of them, why."""

    @property
    def written(self) -> int:
        """Rows of the register that reading the lists wrote."""
        return self.new + self.changed + self.gone + self.back


@dataclass(frozen=True, slots=True)
class RegionListed:
    """A region's lists are read and stored."""

    region: str
    total: int
    """Active stocks that will now be classified."""
    changes: ListingChanges


@dataclass(frozen=True, slots=True)
class StocksClassified:
    """A batch of stocks was classified and stored."""

    region: str
    done: int
    """Stocks of the batch, whatever came of them."""
    enriched: int
    by_source: Mapping[str, int]
    """Stocks enriched by the name under which their source counts: `kis`, `yfinance` …"""
