"""The steps of a run over its regions, in their order. A step that fails stops no other region."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection

from spock_core.domain import Market
from spock_core.domain.errors import PLUGIN_FAULTS, ListError, StoreError, UsageError
from spock_core.domain.events import RegionListed, RegionStarted
from spock_core.domain.results import RegionStatus
from spock_core.domain.source import Source
from spock_core.domain.task_result import TaskResult
from spock_core.pipeline.classify_stage import Classifier
from spock_core.pipeline.fetch_stage import FetchOutcome, fetch
from spock_core.pipeline.list_stage import RegionLists
from spock_core.pipeline.override_stage import apply_overrides
from spock_core.pipeline.plan import Plan
from spock_core.pipeline.planner import plan_queries
from spock_core.pipeline.progress import RegionProgress
from spock_core.pipeline.run_record import RunRecord
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.sources.override.file import Overrides
from spock_core.store import stocks
from spock_core.store.connection.database import Database

log = logging.getLogger(__name__)


class Pipeline:
    """What one run does."""

    def __init__(
        self,
        markets: Sequence[Market],
        sources: Mapping[str, Source],
        overrides: Overrides | None,
        database: Database,
        run: RunContext,
        record: RunRecord,
    ) -> None:
        self._markets = markets
        self._sources = sources
        self._overrides = overrides
        self._database = database
        self._run = run
        self._record = record
        self._classifier = Classifier(
            markets, sources, database, run, record.run_id, self._keep, self._fault
        )
        self._works = {
            market.region: RegionProgress(market, self._classifier.tallies[market.region])
            for market in markets
        }
        most = run.settings.max_workers if run.settings.parallel else 1
        self._scheduler = Scheduler(run, most)

    def run(self) -> None:
        """Takes all steps, or as many as it can before it is asked to stop."""
        with self._record.phase("list"):
            self._list()
            if self._overrides is not None and not self._run.stop.asked:
                apply_overrides(self._overrides, self._works, self._database, self._run)
        if not self._run.stop.asked:
            self._ask_and_classify()
        for work in self._works.values():
            self._end(work)

    def _list(self) -> None:
        """Reads the lists of all regions on the workers, and applies each region's as they come."""
        readings: dict[str, RegionLists] = {}
        for work in self._works.values():
            work.total = self._count(work)
            event = RegionStarted(work.region, work.total)
            self._run.notify(event)
            readings[work.region] = RegionLists(work.market, self._database, self._run)
        tasks = [
            (self._works[region], partial(TaskResult.of, lists.read))
            for region, lists in readings.items()
        ]
        for work, result in self._scheduler.run(tasks, self._scheduler.workers_for(len(tasks))):
            lists = readings[work.region]
            with contextlib.closing(lists), self._attempt(work):
                work.seconds += lists.seconds
                result.get()
                self._apply(work, lists)
            self._record.region_listed(work)

    def _apply(self, work: RegionProgress, lists: RegionLists) -> None:
        """Brings the register to what a region's lists say."""
        started = time.monotonic()
        work.changes = lists.apply()
        for reason in work.changes.refused:
            work.fail(reason)
        self._classifier.refuse(work.region, set(work.changes.refused_lists))
        work.total = self._count(work)
        work.seconds += time.monotonic() - started
        if not work.total and not work.changes.refused:
            raise ListError(f"the lists of {work.region} hold no stock")
        self._run.notify(RegionListed(work.region, work.total, work.changes))

    def _ask_and_classify(self) -> None:
        """Stocks of which nobody need be asked first; the others as answers come, or do not."""
        plan = plan_queries(self._markets, self._sources, self._database, self._run)
        self._record.plan(plan)
        waiting = plan.waiting
        asked = {key.region for key in waiting}
        with self._record.phase("classify"):
            self._classifier.find_related()
            self._classifier.classify_known(list(self._works), waiting)
            for region in sorted(self._works.keys() - asked):
                self._classifier.classify_related(region)
        if self._run.stop.asked:
            return
        for work in self._works.values():
            if work.region not in asked:
                self._end(work)
        if not asked:
            return
        with self._record.phase("collect"):
            collected = self._collect(plan)
        if self._run.stop.asked:
            return
        for region in {key.region for key in collected.failed}:
            self._works[region].fail(
                collected.error or "yahoo: not all stocks could be asked about"
            )
        with self._record.phase("classify"):
            left = waiting - self._classifier.answered
            self._classifier.classify_unanswered(left, collected.failed)
            for region in sorted(asked):
                self._classifier.classify_related(region, collected.failed)

    def _collect(self, plan: Plan) -> FetchOutcome:
        """Asks Yahoo for all regions at once; its time is shared out by the stocks asked about.

        Its retries count for the region of which most is asked.
        """
        started = time.monotonic()
        asked = Counter(key.region for key in plan.waiting)
        [(most, _)] = asked.most_common(1)
        try:
            collected = fetch(
                plan,
                list(self._works),
                self._classifier,
                self._scheduler,
                most,
                self._database,
                self._run,
            )
        except (UsageError, StoreError):
            raise
        except PLUGIN_FAULTS as error:
            log.debug("where asking Yahoo stopped", exc_info=True)
            for region in asked:
                self._works[region].fail(error)
            left = plan.waiting - self._classifier.answered
            collected = FetchOutcome(
                left, f"yahoo: {type(error).__name__}: {error}".splitlines()[0]
            )
        seconds = time.monotonic() - started
        for region, count in asked.items():
            self._works[region].seconds += seconds * count / asked.total()
        return collected

    @contextlib.contextmanager
    def _attempt(self, work: RegionProgress) -> Iterator[None]:
        """A step of one region. Only what no region could do without ends the run."""
        try:
            yield
        except (UsageError, StoreError):
            raise
        except PLUGIN_FAULTS as error:
            if self._run.stop.caused(error):
                return
            log.debug("where region %s stopped", work.region, exc_info=True)
            work.fail(error)

    def _fault(self, region: str, error: BaseException) -> None:
        """A stock could not be classified for a fault in a program."""
        log.debug("where a stock of %s could not be classified", region, exc_info=error)
        self._works[region].fail(error)

    def _keep(self, connection: Connection, region: str) -> None:
        self._record.progress(connection, self._works[region])

    def _end(self, work: RegionProgress) -> None:
        """Nothing more will be done for a region."""
        if work.ended:
            return
        work.end(interrupted=self._run.stop.asked)
        self._record.region_ended(work)
        if work.status is not RegionStatus.INTERRUPTED:
            self._run.notify(self._record.results[work.region])

    def _count(self, work: RegionProgress) -> int:
        with self._database.read() as connection:
            return stocks.count_stocks(connection, work.region)
