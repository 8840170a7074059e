"""What becomes of a region in a run, as far as it has come."""

from __future__ import annotations

from spock_core.domain import Market
from spock_core.errors import SpockError
from spock_core.events import ListingChanges
from spock_core.results import RegionResult, RegionStatus
from spock_core.tally import Tally
from spock_core.text import clean


class RegionWork:
    """A region's counts, errors and time."""

    def __init__(self, market: Market, tally: Tally) -> None:
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
        if clean(text) not in self.errors:
            self.errors.append(clean(text))
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
