"""What a run has come to so far, kept in the register while it lasts."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.results import (
    Planned,
    RegionCoverage,
    RegionResult,
    RegionStatus,
    RunResult,
    RunStatus,
)
from spock_core.domain.text import sanitize
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.progress import RegionProgress
from spock_core.plugins.calling.calls import slow_plugins
from spock_core.plugins.context import RunContext
from spock_core.plugins.hookspecs import hookimpl
from spock_core.settings.model import Settings
from spock_core.store import runs
from spock_core.store.changes import count_sector_changes, read_sector_changes
from spock_core.store.connection.database import Database
from spock_core.store.coverage import read_coverage
from spock_core.store.fetching.provider_rests import LONGEST_REST, Rest, write_rests
from spock_core.store.reading.selecting import read_regions
from spock_core.store.runs import read_last_success

MOST_CHANGES = 1_000
"""Sector changes that a result names; beyond, it counts them."""


class RunRecord:
    """Counts what goes over the wire, measures phases, and writes both with the work they did."""

    def __init__(
        self,
        run: RunContext,
        run_id: int,
        regions: Sequence[str],
        database: Database,
        clock: Callable[[], datetime],
    ) -> None:
        self.outcomes: dict[str, Counter[str]] = {}
        self._rests: dict[str, Rest] = {}
        self.retries: Counter[str | None] = Counter()
        self.planned = Planned()
        self.phases: dict[str, float] = {}
        self.results: dict[str, RegionResult] = {}
        self.run_id = run_id
        self._began = time.monotonic()
        self._run = run
        self._order = regions
        self._database = database
        self._clock = clock

    def __enter__(self) -> Self:
        self._run.plugins.add(self, name=__name__)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run.plugins.remove(self)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Counts a request."""
        self.outcomes.setdefault(event.provider, Counter())[event.outcome] += 1
        if event.ask_again_s is not None:
            seconds = min(event.ask_again_s, LONGEST_REST.total_seconds())
            until = self._clock() + timedelta(seconds=seconds)
            self._rests.setdefault(event.provider, Rest(until, event.outcome.replace("_", " ")))

    @hookimpl
    def spock_retry(self, event: Retry) -> None:
        """Counts a retry."""
        self.retries[event.region] += 1

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measures a phase."""
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            self.phases[name] = round(self.phases.get(name, 0.0) + seconds, 3)

    def plan(self, plans: Sequence[Plan]) -> None:
        """Keeps what the plans say that asking will cost."""
        requests = {name: count for plan in plans for name, count in plan.requests.items()}
        seconds = sum(plan.seconds for plan in plans)
        self._write_plan(Planned(requests, seconds, sum(plan.left for plan in plans)))
        self._run.notify(self.planned)

    def leave(self, stocks: int) -> None:
        """Keeps how many stocks are truly left for later runs."""
        if stocks != self.planned.left:
            self._write_plan(replace(self.planned, left=stocks))

    def _write_plan(self, planned: Planned) -> None:
        self.planned = planned
        with self._database.write() as connection:
            runs.write_plan(connection, self.run_id, planned)

    def region_listed(self, progress: RegionProgress) -> None:
        """Keeps what reading a region's lists came to."""
        with self._database.write() as connection:
            self.progress(connection, progress)

    def progress(self, connection: Connection, *regions: RegionProgress) -> None:
        """Keeps how far the run has come, in the transaction that brings it there."""
        runs.write_regions(connection, self.run_id, [self._result(one) for one in regions])
        runs.write_outcomes(connection, self.run_id, self.outcomes)

    def region_ended(self, progress: RegionProgress) -> None:
        """Closes a region's row, and reads what the register now holds of the region."""
        result = self._result(progress)
        with self._database.write() as connection:
            runs.write_regions(connection, self.run_id, [result])
            covered = read_coverage(connection, (progress.region,))
        self.results[progress.region] = replace(result, register=next(iter(covered), None))

    def _result(self, progress: RegionProgress) -> RegionResult:
        return replace(progress.result(), retries=self.retries[progress.region])

    def finish(self, status: RunStatus | None, error: BaseException | None = None) -> RunResult:
        """Closes the run; without a status, its regions tell. Gives what became of it."""
        with self._database.read() as connection:
            count = count_sector_changes(connection, self.run_id)
            changed = read_sector_changes(connection, self.run_id, MOST_CHANGES) if count else []
            covered = self._covered(connection)
            last_success = read_last_success(connection, self._clock())
        duration_s = round(time.monotonic() - self._began, 3)
        finished_at = max(self._clock(), self._run.now)  # a clock that was set back
        came_through = {
            region: finished_at
            for region, result in self.results.items()
            if result.status is RegionStatus.SUCCESS
        }
        result = RunResult(
            run_id=self.run_id,
            started_at=self._run.now,
            finished_at=finished_at,
            duration_s=duration_s,
            slow_plugins=slow_plugins(self._run.plugins.calls, duration_s),
            mode=mode_of(self._run.settings),
            refresh=refresh_of(self._run.settings),
            dry_run=False,
            regions=tuple(self.results[region] for region in self._order if region in self.results),
            outcomes={provider: dict(by) for provider, by in sorted(self.outcomes.items())},
            status=status or RunStatus.SUCCESS,
            planned=self.planned,
            phases=dict(self.phases),
            sector_changes=tuple(changed),
            sector_changes_count=count,
            error=sanitize(f"{error}") if error is not None else None,
            coverage=tuple(covered),
            last_success={**last_success, **came_through},
        )
        if status is None and result.failed_regions:
            result = replace(result, status=RunStatus.FAILED)
        with self._database.write() as connection:
            runs.finish_run(connection, result)
            write_rests(connection, self._rests, self._run.now)
        return result

    def _covered(self, connection: Connection) -> list[RegionCoverage]:
        """What the register holds. Nothing has changed in a region since its part ended."""
        others = [region for region in read_regions(connection) if region not in self.results]
        found = read_coverage(connection, others) if others else []
        found += [one.register for one in self.results.values() if one.register is not None]
        return sorted(found, key=lambda one: one.region)


def mode_of(settings: Settings) -> str:
    """`sequential` or `parallel`."""
    return "parallel" if settings.parallel else "sequential"


def refresh_of(settings: Settings) -> str:
    """`incremental` or `forced`."""
    return "forced" if settings.force_refresh else "incremental"
