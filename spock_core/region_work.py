"""What becomes of a region, step by step. A step that fails does not stop the run."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence

from spock_core.classify_region import Tally, classify_region
from spock_core.collect import Collected, collect
from spock_core.context import RunContext
from spock_core.domain import Market
from spock_core.errors import ListError, SpockError, StoreError, UsageError
from spock_core.events import (
    ListingChanges,
    RegionResult,
    RegionStarted,
    RegionStatus,
    RequestMade,
    Retry,
)
from spock_core.hookspecs import hookimpl
from spock_core.list_region import list_region
from spock_core.sources.source import Source
from spock_core.store import stocks
from spock_core.store.database import Database
from spock_core.text import clean

log = logging.getLogger(__name__)


class Counts:
    """Counts what goes over the wire."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.retries = 0

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Counts a request."""
        self.requests[event.provider] += 1

    @hookimpl
    def spock_retry(self, event: Retry) -> None:
        """Counts a retry."""
        self.retries += 1


class RegionWork:
    """What becomes of a region, step by step."""

    def __init__(self, market: Market, counts: Counts) -> None:
        self.market = market
        self.counts = counts
        self.status = RegionStatus.SUCCESS
        self.errors: list[str] = []
        self.total = 0
        self.changes = ListingChanges()
        self.tally = Tally()
        self.seconds = 0.0
        self.retries = 0

    def fail(self, error: str, status: RegionStatus = RegionStatus.FAILED) -> None:
        """Notes that something could not be; the worse status counts."""
        self.errors.append(clean(error))
        if self.status is not RegionStatus.ERROR:
            self.status = status

    def result(self) -> RegionResult:
        """What became of it in the end."""
        return RegionResult(
            region=self.market.region,
            status=self.status,
            total=self.total,
            enriched=self.tally.enriched,
            failed=self.tally.failed,
            skipped=self.tally.skipped,
            unknown=self.tally.unknown,
            by_source=dict(self.tally.by_source),
            duration_s=round(self.seconds, 3),
            retries=self.retries,
            error="; ".join(self.errors) or None,
            listing=self.changes,
        )


def attempt(work: RegionWork, step: Callable[[RegionWork], None]) -> None:
    """One step of a region. Only what no region could do without ends the run."""
    started, retries = time.monotonic(), work.counts.retries
    try:
        step(work)
    except (UsageError, StoreError):
        raise
    except SpockError as error:
        work.fail(str(error))
    except Exception as error:
        log.debug("where region %s stopped", work.market.region, exc_info=True)
        work.fail(f"{type(error).__name__}: {error}".splitlines()[0], RegionStatus.ERROR)
    finally:
        work.seconds += time.monotonic() - started
        work.retries += work.counts.retries - retries


def list_step(work: RegionWork, database: Database, run: RunContext) -> None:
    """Reads the region's lists."""
    region = work.market.region
    with database.read() as connection:
        known = stocks.count_stocks(connection, region)
    run.plugins.notify("spock_region_started", event=RegionStarted(region, known))
    work.changes = list_region(work.market, database, run)
    for reason in work.changes.refused:
        work.fail(reason)
    with database.read() as connection:
        work.total = stocks.count_stocks(connection, region)
    if not work.total and not work.changes.refused:
        raise ListError(f"the lists of {region} hold no stock")
    notice = {"region": region, "total": work.total, "changes": work.changes}
    run.plugins.notify("spock_region_listed", **notice)


def collect_step(
    works: Sequence[RegionWork],
    sources: dict[str, Source],
    database: Database,
    run: RunContext,
    counts: Counts,
) -> Collected:
    """Asks Yahoo for all regions at once. Its time and retries count for those that needed it."""
    started, retries = time.monotonic(), counts.retries
    try:
        collected = collect([work.market for work in works], sources, database, run)
    except (UsageError, StoreError):
        raise
    except Exception as error:
        log.debug("where asking Yahoo stopped", exc_info=True)
        collected = Collected(error=f"yahoo: {type(error).__name__}: {error}".splitlines()[0])
        for work in works:
            work.fail(str(collected.error), RegionStatus.ERROR)
    needy = [work for work in works if collected.plan.due[work.market.region]]
    for work in needy:
        work.seconds += (time.monotonic() - started) / len(needy)
    if needy:
        needy[0].retries += counts.retries - retries
    return collected


def classify_step(
    work: RegionWork,
    collected: Collected,
    sources: dict[str, Source],
    database: Database,
    run: RunContext,
) -> None:
    """Classifies the region's stocks from all that is known now."""
    if any(key.region == work.market.region for key in collected.failed):
        work.fail(collected.error or "yahoo: not all stocks could be asked about")
    work.tally = classify_region(
        work.market, sources, database, run, collected.failed, set(work.changes.refused_lists)
    )
