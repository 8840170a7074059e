"""What became of a region, and of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from spock_core.domain.errors import RunFailed
from spock_core.domain.events import ListingChanges

ANSWERS = frozenset({"ok", "not_modified", "unknown"})
"""Outcomes of requests that were answered."""


class RegionStatus(StrEnum):
    """How a region ended. These words are label values of a metric."""

    SUCCESS = "success"
    FAILED = "failed"
    """Something it needs could not be had or trusted; what could be done was done."""
    ERROR = "error"
    """A fault in a program, ours or a plugin's."""
    DRY_RUN = "dry_run"
    INTERRUPTED = "interrupted"
    """The run was stopped before it was through with the region."""
    RUNNING = "running"


class RunStatus(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    FAILED = "failed"
    """A region did not come through, or the run broke off."""
    INTERRUPTED = "interrupted"
    """It was stopped, or killed; what was done is kept."""
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class RegionResult:
    """What became of a region."""

    region: str
    status: RegionStatus
    total: int = 0
    """Active stocks."""
    enriched: int = 0
    """Stocks whose classification was written in this run: new, changed or confirmed anew."""
    failed: int = 0
    """Stocks whose list could not be read or which could not be asked about, and of which nothing
    new was learned."""
    skipped: int = 0
    """Stocks left alone because what the register says of them still holds."""
    unknown: int = 0
    """Stocks of which no source says a sector."""
    by_source: Mapping[str, int] = field(default_factory=dict)
    failed_by: Mapping[str, int] = field(default_factory=dict)
    """`failed` by kind: `list`, `provider`, `fault`."""
    unknown_by: Mapping[str, int] = field(default_factory=dict)
    """`unknown` by kind of security."""
    duration_s: float = 0.0
    retries: int = 0
    error: str | None = None
    listing: ListingChanges = field(default_factory=ListingChanges)

    @property
    def success_rate(self) -> float:
        """Share of stocks that did not fail, 0 to 1.

        A stock that no source knows is not a failure. A region whose stocks are not known at all
        because it failed has 0.
        """
        if self.total:
            return 1 - self.failed / self.total
        return 0.0 if self.status in (RegionStatus.FAILED, RegionStatus.ERROR) else 1.0

    @property
    def coverage(self) -> float:
        """Share of stocks that have a sector, 0 to 1."""
        return (self.total - self.unknown - self.failed) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class SectorChange:
    """A stock that went from one sector to another."""

    region: str
    ticker: str
    name: str | None
    before: str
    after: str
    source: str | None
    """What decided the new one."""
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan said that asking would cost."""

    requests: Mapping[str, int] = field(default_factory=dict)
    """Wire requests by source, without cookie and crumb."""
    seconds: float = 0.0
    """Time that these requests take at the full rate."""
    left: int = 0
    """Stocks that wait for another night, because the profile budget is used up."""


@dataclass(frozen=True, slots=True)
class RegionCoverage:
    """How much the register knows of a region's active stocks."""

    region: str
    listings: int
    """Active instruments of all kinds."""
    inactive: int
    """Instruments of all kinds that their list no longer has."""
    stocks: int
    known: Mapping[str, int]
    """Stocks for which a field has a value, by field."""
    by_source: Mapping[str, int]
    """Stocks with a sector, by the source that decided it."""
    oldest: datetime | None
    """When the stock that was confirmed longest ago was confirmed."""
    newest: datetime | None
    listed_at: datetime | None
    """When a list of the region was last seen."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of a run."""

    run_id: int | None
    started_at: datetime
    finished_at: datetime
    mode: str
    """`sequential` or `parallel`."""
    refresh: str
    """`incremental` or `forced`."""
    dry_run: bool
    regions: tuple[RegionResult, ...]
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Wire requests by provider and outcome (see `RequestMade`)."""
    status: RunStatus = RunStatus.SUCCESS
    planned: Planned = Planned()
    phases: Mapping[str, float] = field(default_factory=dict)
    """Seconds by phase: `list`, `classify`, `collect`."""
    sector_changes: tuple[SectorChange, ...] = ()
    """Stocks that went from one sector to another since the last run that came to its end, the
    first of them."""
    sector_changes_count: int = 0
    """All of them."""
    error: str | None = None
    """Why the run broke off, where it did."""
    coverage: tuple[RegionCoverage, ...] = ()
    """What the register covers now, of every region in it."""
    last_success: Mapping[str, datetime] = field(default_factory=dict)
    """When each region last came through, this run included."""

    @property
    def requests(self) -> dict[str, int]:
        """Wire requests by provider."""
        return {provider: sum(by.values()) for provider, by in self.outcomes.items()}

    @property
    def errors(self) -> dict[str, dict[str, int]]:
        """Wire requests that were no answer, by provider and kind."""
        return errors_of(self.outcomes)

    def raise_for_status(self) -> None:
        """Raises `RunFailed` where a region failed, or the run was interrupted."""
        if self.status is RunStatus.INTERRUPTED:
            raise RunFailed("the run was interrupted; what was done is kept")
        if self.failed_regions:
            told = "; ".join(f"{r.region}: {r.error}" for r in self.failed_regions)
            raise RunFailed(told)

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def failed_regions(self) -> tuple[RegionResult, ...]:
        """The regions that did not come through."""
        bad = (RegionStatus.FAILED, RegionStatus.ERROR)
        return tuple(region for region in self.regions if region.status in bad)

    @property
    def success_rate(self) -> float:
        """Share of all regions' stocks that did not fail; a region without stocks weighs as one."""
        weights = [max(region.total, 1) for region in self.regions]
        rates = [region.success_rate for region in self.regions]
        return sum(w * r for w, r in zip(weights, rates, strict=True)) / max(sum(weights), 1)


def errors_of(outcomes: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Of wire requests by provider and outcome, those that were no answer."""
    found = {
        provider: {kind: n for kind, n in by.items() if kind not in ANSWERS}
        for provider, by in outcomes.items()
    }
    return {provider: kinds for provider, kinds in found.items() if kinds}
