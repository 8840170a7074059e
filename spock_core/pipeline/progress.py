"""What becomes of a region in a run, as far as it has come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from spock_core.domain import Market
from spock_core.domain.errors import SpockError
from spock_core.domain.events import ListingChanges
from spock_core.domain.results import RegionResult, RegionStatus
from spock_core.domain.text import sanitize
from spock_core.plugins.faults import reason_of


@dataclass
class StockCounts:
    """Stocks of a region by what became of them."""

    enriched: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    """`enriched` by the source that decided the sector."""
    failed_by: Counter[str] = field(default_factory=Counter)
    """`failed` by kind: a `list`, a `provider`, a `fault` in a program."""
    unknown_by: Counter[str] = field(default_factory=Counter)
    """`unknown` by security type."""

    @property
    def total(self) -> int:
        """All stocks that were counted."""
        return self.enriched + self.failed + self.skipped + self.unknown

    def enrich(self, source: str) -> None:
        """Counts a stock whose classification was written."""
        self.enriched += 1
        self.by_source[source] += 1

    def fail(self, kind: str) -> None:
        """Counts a stock that failed."""
        self.failed += 1
        self.failed_by[kind] += 1

    def add_unknown(self, security_type: str, count: int = 1) -> None:
        """Counts stocks of which no source knows a sector."""
        self.unknown += count
        self.unknown_by[security_type] += count

    def add(self, other: StockCounts) -> None:
        """Adds the counts of a batch."""
        self.enriched += other.enriched
        self.failed += other.failed
        self.skipped += other.skipped
        self.unknown += other.unknown
        self.by_source += other.by_source
        self.failed_by += other.failed_by
        self.unknown_by += other.unknown_by


class RegionProgress:
    """A region's counts, errors and time."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.counts = StockCounts()
        self.status = RegionStatus.RUNNING
        self.ended = False
        self.errors: list[str] = []
        self.total = 0
        self.changes = ListingChanges()
        self.seconds = 0.0

    @property
    def region(self) -> str:
        """The region's code."""
        return self.market.region

    def fail(self, error: BaseException | str) -> None:
        """Notes an error. A fault in a program weighs more than an outage."""
        expected = isinstance(error, SpockError | str)
        text = error if isinstance(error, str) else reason_of(error)
        if sanitize(text) not in self.errors:
            self.errors.append(sanitize(text))
        if self.status is not RegionStatus.ERROR:
            self.status = RegionStatus.FAILED if expected else RegionStatus.ERROR

    def settle(self, doubts: int, passed: int) -> None:
        """Notes that keys are in doubt no more, and how many of them passed."""
        changes = self.changes
        self.changes = replace(
            changes, passed=changes.passed + passed, doubtful=changes.doubtful - doubts
        )

    def end(self, *, interrupted: bool) -> None:
        """Ends the region: a success, unless it failed or was interrupted."""
        self.ended = True
        if self.status is RegionStatus.RUNNING:
            self.status = RegionStatus.INTERRUPTED if interrupted else RegionStatus.SUCCESS

    def result(self) -> RegionResult:
        """What has become of it so far."""
        counts = self.counts
        return RegionResult(
            region=self.region,
            status=self.status,
            total=self.total,
            enriched=counts.enriched,
            failed=counts.failed,
            skipped=counts.skipped,
            unknown=counts.unknown,
            by_source=dict(counts.by_source),
            failed_by=dict(counts.failed_by),
            unknown_by=dict(counts.unknown_by),
            duration_s=round(self.seconds, 3),
            error="; ".join(self.errors) or None,
            listing=self.changes,
        )
