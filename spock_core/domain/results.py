"""The result of a run, of each of its regions, and what the register covers after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from spock_core.domain.errors import RunFailed
from spock_core.domain.events import ListingChanges

ANSWERS = frozenset({"ok", "not_modified", "unknown"})
"""Outcomes of HTTP requests that did not fail."""


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


class RegionStatus(StrEnum):
    """The status of a region in a run. The values are label values of a metric."""

    SUCCESS = "success"
    FAILED = "failed"
    """A list or a provider was unavailable or implausible; everything else was done."""
    ERROR = "error"
    """A bug in Spock or in a plugin."""
    DRY_RUN = "dry_run"
    INTERRUPTED = "interrupted"
    """The run was stopped before the region was finished."""
    RUNNING = "running"


class RunStatus(StrEnum):
    """The status of a run."""

    SUCCESS = "success"
    FAILED = "failed"
    """A region failed, or the run ended early with an error."""
    INTERRUPTED = "interrupted"
    """The run was stopped or killed. Results stored so far are kept."""
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class RegionResult:
    """The result of one region. Counts are of active stocks."""

    region: str
    status: RegionStatus
    total: int = 0
    """All active stocks."""
    enriched: int = 0
    """Stocks whose classification was written in this run: new, changed or confirmed."""
    failed: int = 0
    """Stocks of which nothing new was learned and which could not be confirmed: a request for them
    or for their issuer failed, or their list could not be read."""
    skipped: int = 0
    """Stocks whose classification in the register is still valid."""
    unknown: int = 0
    """Stocks without a sector, because no source knows one."""
    by_source: Mapping[str, int] = field(default_factory=dict)
    """`enriched` by the source that decided the sector."""
    failed_by: Mapping[str, int] = field(default_factory=dict)
    """`failed` by cause: `list`, `provider`, `fault` (a bug)."""
    unknown_by: Mapping[str, int] = field(default_factory=dict)
    """`unknown` by security type."""
    duration_s: float = 0.0
    retries: int = 0
    error: str | None = None
    """Why the region failed, on one line."""
    listing: ListingChanges = field(default_factory=ListingChanges)
    register: RegionCoverage | None = None
    """What the register holds of the region when its part of the run has ended; None if it holds
    nothing."""

    @property
    def success_rate(self) -> float:
        """Share of stocks that did not fail, 0 to 1.

        A stock that no source knows has not failed. A failed region without stored stocks has
        success rate 0.
        """
        if self.total:
            return 1 - self.failed / self.total
        return 0.0 if self.status in (RegionStatus.FAILED, RegionStatus.ERROR) else 1.0

    @property
    def coverage(self) -> float:
        """Share of the active stocks in the register that have a sector, 0 to 1."""
        return self.register.coverage if self.register is not None else 0.0


@dataclass(frozen=True, slots=True)
class SectorChange:
    """A stock whose sector changed."""

    region: str
    ticker: str
    name: str | None
    before: str
    """Name of the old sector."""
    after: str
    """Name of the new sector."""
    source: str | None
    """The source that determined the new sector."""
    confidence: float | None
    """Of the new sector, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The planned requests of a run."""

    requests: Mapping[str, int] = field(default_factory=dict)
    """HTTP requests by source, without those for Yahoo's cookie and crumb."""
    seconds: float = 0.0
    """How long these requests take at the full rate."""
    left: int = 0
    """Stocks left for later runs, because they exceed a provider's budget of a day."""


@dataclass(frozen=True, slots=True)
class SlowPlugin:
    """A hook, or a method of a source, of one plugin for which the run waited long."""

    plugin: str
    where: str
    calls: int
    seconds: float
    """Of all calls."""

    def __str__(self) -> str:
        times = "call" if self.calls == 1 else "calls"
        return (
            f"plugin {self.plugin} took {self.seconds:,.1f} s in {self.where} "
            f"({self.calls:,} {times})"
        )


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run."""

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
    """HTTP requests by provider and outcome (see `RequestMade`)."""
    status: RunStatus = RunStatus.SUCCESS
    planned: Planned = Planned()
    phases: Mapping[str, float] = field(default_factory=dict)
    """Seconds by phase: `list`, `classify`, `collect`."""
    sector_changes: tuple[SectorChange, ...] = ()
    """Stocks whose sector changed since the last finished run; the first 1,000."""
    sector_changes_count: int = 0
    """Number of all stocks whose sector changed."""
    error: str | None = None
    """The error that ended the run early."""
    coverage: tuple[RegionCoverage, ...] = ()
    """What the register holds of each of its regions, after the run."""
    last_success: Mapping[str, datetime] = field(default_factory=dict)
    """When each region last succeeded, this run included."""
    duration_s: float = 0.0
    """Seconds from start to end, by a clock that is never set."""
    slow_plugins: tuple[SlowPlugin, ...] = ()
    """What the run waited long for, slowest first."""

    @property
    def requests(self) -> dict[str, int]:
        """HTTP requests by provider."""
        return {provider: sum(counts.values()) for provider, counts in self.outcomes.items()}

    @property
    def errors(self) -> dict[str, dict[str, int]]:
        """Failed HTTP requests by provider and outcome."""
        return errors_of(self.outcomes)

    def raise_for_status(self) -> None:
        """Raises `RunFailed` if a region failed or the run was interrupted."""
        if self.status is RunStatus.INTERRUPTED:
            raise RunFailed("the run was interrupted; what was done is kept")
        if self.failed_regions:
            raise RunFailed("; ".join(f"{r.region}: {r.error}" for r in self.failed_regions))

    @property
    def covered(self) -> float:
        """Share of the active stocks of the run's regions that have a sector, 0 to 1."""
        return coverage_of(region.register for region in self.regions if region.register)

    @property
    def failed_regions(self) -> tuple[RegionResult, ...]:
        """The regions with status `failed` or `error`."""
        failures = (RegionStatus.FAILED, RegionStatus.ERROR)
        return tuple(region for region in self.regions if region.status in failures)

    @property
    def success_rate(self) -> float:
        """Share of all regions' stocks that did not fail, 0 to 1.

        A region without stocks counts as one stock.
        """
        weights = [max(region.total, 1) for region in self.regions]
        rates = [region.success_rate for region in self.regions]
        return sum(w * r for w, r in zip(weights, rates, strict=True)) / max(sum(weights), 1)


def errors_of(outcomes: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Returns the failed requests of `outcomes`: counts by provider and outcome."""
    failed = {
        provider: {outcome: n for outcome, n in counts.items() if outcome not in ANSWERS}
        for provider, counts in outcomes.items()
    }
    return {provider: counts for provider, counts in failed.items() if counts}
