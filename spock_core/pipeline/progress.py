"""What becomes of a region in a run, as far as it has come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from spock_core.domain import Market
from spock_core.domain.errors import SpockError
from spock_core.domain.events import ListingChanges
from spock_core.domain.results import RegionResult, RegionStatus
from spock_core.domain.text import sanitize


class RegionProgress:
    """A region's counts, errors and time."""

    def __init__(self, market: Market, tally: StockCounts) -> None:
        self.market = market
        self.tally = tally
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
        """Notes that something could not be. A fault in a program weighs more than an outage."""
        expected = isinstance(error, SpockError | str)
        text = str(error) if expected else f"{type(error).__name__}: {error}".splitlines()[0]
        if sanitize(text) not in self.errors:
            self.errors.append(sanitize(text))
        if self.status is not RegionStatus.ERROR:
            self.status = RegionStatus.FAILED if expected else RegionStatus.ERROR

    def end(self, *, interrupted: bool) -> None:
        """Nothing more will be done; what did not fail came through, unless it was stopped."""
        self.ended = True
        if self.status is RegionStatus.RUNNING:
            self.status = RegionStatus.INTERRUPTED if interrupted else RegionStatus.SUCCESS

    def result(self) -> RegionResult:
        """What has become of it so far."""
        return RegionResult(
            region=self.region,
            status=self.status,
            total=self.total,
            enriched=self.tally.enriched,
            failed=self.tally.failed,
            skipped=self.tally.skipped,
            unknown=self.tally.unknown,
            by_source=dict(self.tally.by_source),
            failed_by=dict(self.tally.failed_by),
            unknown_by=dict(self.tally.unknown_by),
            duration_s=round(self.seconds, 3),
            error="; ".join(self.errors) or None,
            listing=self.changes,
        )


@dataclass
class StockCounts:
    """Stocks of a region by what became of them."""

    enriched: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    failed_by: Counter[str] = field(default_factory=Counter)
    """`failed` by kind: a `list`, a `provider`, a `fault` in a program."""
    unknown_by: Counter[str] = field(default_factory=Counter)
    """`unknown` by kind of security."""

    def fail(self, kind: str) -> None:
        """Counts a stock that failed."""
        self.failed += 1
        self.failed_by[kind] += 1
