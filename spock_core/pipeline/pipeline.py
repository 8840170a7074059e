"""The steps of a run over its regions, in their order. A step that fails stops no other region."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import partial

from spock_core.domain import Market
from spock_core.domain.errors import ListError, StoreError, UsageError
from spock_core.domain.events import RegionListed, RegionStarted, StocksClassified
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.results import RegionStatus
from spock_core.domain.source import Source
from spock_core.domain.stock import StockKey
from spock_core.domain.workers.task_result import TaskResult
from spock_core.pipeline.batch_outcome import BatchOutcome, write_outcomes
from spock_core.pipeline.classify_stage import ClassifyStage
from spock_core.pipeline.executor import RunExecutor
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.fetch_stage import FetchStage
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.planner import plan_queries
from spock_core.pipeline.list_stage import RegionLists
from spock_core.pipeline.override_stage import apply_overrides
from spock_core.pipeline.progress import RegionProgress
from spock_core.pipeline.registers.kind_stage import decide_kinds
from spock_core.pipeline.registers.table_stage import TableStage
from spock_core.pipeline.run_record import RunRecord
from spock_core.pipeline.scheduler import Scheduler
from spock_core.pipeline.settled_regions import SettledRegions
from spock_core.plugins.context import RunContext
from spock_core.plugins.faults import reason_of
from spock_core.sources.override.file import Overrides
from spock_core.store import stocks
from spock_core.store.connection.database import Database
from spock_core.store.fetching.screens import AnsweredScreen, note_answer

log = logging.getLogger(__name__)


class Pipeline:
    """What one run does: list, plan, fetch, classify, store."""

    def __init__(
        self,
        markets: Sequence[Market],
        sources: Mapping[str, Source],
        overrides: Overrides | None,
        database: Database,
        run: RunContext,
        record: RunRecord,
        executor: RunExecutor,
    ) -> None:
        self._markets = markets
        self._sources = sources
        self._overrides = overrides
        self._database = database
        self._run = run
        self._record = record
        self._executor = executor
        self._regions = {market.region: RegionProgress(market) for market in markets}
        self._classify = ClassifyStage(markets, sources, database, run)
        self._settled = SettledRegions(sources, database, run)
        self._scheduler = Scheduler(run, run.settings.max_workers if run.settings.parallel else 1)

    def run(self) -> None:
        """Takes all steps, or as many as it can before it is asked to stop."""
        with self._record.phase("list"):
            self._list()
            if self._overrides is not None and not self._run.stop.asked:
                apply_overrides(self._overrides, self._regions, self._database, self._run)
            if not self._run.stop.asked:
                self._apply_tables()
        if not self._run.stop.asked:
            self._fetch_and_classify()
        if self._run.stop.asked:
            with self._database.write() as connection:
                stocks.add_missing_rows(connection, self._regions.keys(), self._run.now)
        for progress in self._regions.values():
            self._end(progress)

    def _apply_tables(self) -> None:
        """Stores what the tables of registers say that is new, and the kinds that follow."""
        tables = TableStage(
            self._markets, self._sources, self._database, self._run, self._record.run_id
        )
        tables.apply()
        self._note_settled(tables.doubts)
        if not self._run.stop.asked:
            decide_kinds(self._markets, self._database, self._run, self._record.run_id)

    def _note_settled(self, doubts: Doubts) -> None:
        for region, settled in doubts.settled.items():
            self._regions[region].settle(settled, doubts.passed[region])

    def _list(self) -> None:
        """Reads the lists of all regions on the workers, and applies each region's as they come."""
        readings: dict[str, RegionLists] = {}
        for progress in self._regions.values():
            progress.total = self._count(progress.region)
            self._run.notify(RegionStarted(progress.region, progress.total))
            readings[progress.region] = RegionLists(progress.market, self._database, self._run)
        tasks = [
            (self._regions[region], partial(TaskResult.of, lists.read))
            for region, lists in readings.items()
        ]
        workers = self._scheduler.workers_for(len(tasks))
        for progress, result in self._scheduler.run(tasks, workers):
            lists = readings[progress.region]
            every_list = {exchange.list_name for exchange in progress.market.exchanges}
            self._classify.refuse(progress.region, every_list)  # until they were applied
            with contextlib.closing(lists), self._attempt(progress):
                progress.seconds += lists.seconds
                result.get()
                self._apply(progress, lists)
            self._record.region_listed(progress)

    def _apply(self, progress: RegionProgress, lists: RegionLists) -> None:
        """Brings the register to what a region's lists say."""
        started = time.monotonic()
        progress.changes = lists.apply(self._record.run_id)
        for reason in progress.changes.refused:
            progress.fail(reason)
        self._classify.refuse(progress.region, set(progress.changes.refused_lists))
        progress.total = self._count(progress.region)
        progress.seconds += time.monotonic() - started
        if not progress.total and not progress.changes.refused:
            raise ListError(f"the lists of {progress.region} hold no stock")
        self._run.notify(RegionListed(progress.region, progress.total, progress.changes))

    def _fetch_and_classify(self) -> None:
        """Classifies first what nobody need be asked about; the rest as answers come, or do not."""
        plans = plan_queries(self._markets, self._sources, self._database, self._run)
        self._record.plan(plans)
        waiting = {key for plan in plans if plan.decides for key in plan.waiting}
        asked = {key.region for key in waiting}
        with self._record.phase("classify"):
            failed = {one.region for one in self._regions.values() if one.errors}
            self._settled.find(self._regions.keys() - asked - failed)
            self._store(self._settled.outcomes())
            regions = [region for region in self._regions if region not in self._settled.regions]
            for region, error in self._classify.find_related(regions):
                self._report_fault(region, error)
            self._store(self._classify.known(regions, waiting))
            for region in sorted(set(regions) - asked):
                self._store(self._classify.related(region))
        if self._run.stop.asked:
            return
        busy = {key.region for plan in plans for key in plan.waiting}
        for progress in self._regions.values():
            if progress.region not in busy:
                self._end(progress)
        unanswered = self._ask(plans)
        if self._run.stop.asked or not asked:
            return
        with self._record.phase("classify"):
            left = waiting - self._classify.answered
            self._store(self._classify.without_answers(left, unanswered))
            for region in sorted(asked):
                self._store(self._classify.related(region, unanswered))

    def _ask(self, plans: Sequence[Plan]) -> Set[StockKey]:
        """Asks one provider after the other. Returns the stocks that could not be asked about."""
        failed: set[StockKey] = set()
        left = [plan.left for plan in plans]
        for number, plan in enumerate(plans):
            if not plan.waiting or self._run.stop.asked:
                continue
            with self._record.phase("collect"):
                fetched = self._fetch(plan)
            if fetched.left is not None:
                left[number] = fetched.left
                self._record.leave(sum(left))
            if not fetched.failed_regions or self._run.stop.asked:
                continue
            error = fetched.error or f"{plan.provider.name}: not all stocks could be asked about"
            if not plan.decides:
                log.warning("%s; what it said before still counts", error)
                continue
            failed |= fetched.failed
            for region in sorted(fetched.failed_regions & self._regions.keys()):
                self._regions[region].fail(error)
        return failed - self._classify.answered

    def _fetch(self, plan: Plan) -> FetchOutcome:
        """Asks a provider for all regions at once; its time is shared out by the stocks asked
        about.

        Its retries count for the region of which most is asked.
        """
        started = time.monotonic()
        asked = Counter(key.region for key in plan.waiting)
        [(most_asked, _)] = asked.most_common(1)
        name = plan.provider.name
        fetch = FetchStage(
            plan,
            list(self._regions),
            self._scheduler,
            self._executor,
            self._database,
            self._run,
            self._record.run_id,
        )
        try:
            with contextlib.closing(fetch.answers(most_asked)) as answers:
                for answer in answers:
                    classified = self._classify.with_answers(
                        answer.said, plan.provider.names, counted=plan.decides
                    )
                    self._store_at_once(list(classified), answer.screen)
            outcome = fetch.outcome
        except (UsageError, StoreError):
            raise
        except PLUGIN_FAULTS as error:
            pass_on(error)
            log.debug("where asking %s stopped", name, exc_info=True)
            if plan.decides:
                for region in asked:
                    self._regions[region].fail(error)
            left = plan.waiting - self._classify.answered
            reason = f"{name}: {reason_of(error)}"
            outcome = FetchOutcome(plan.provider, error=reason)
            outcome.fail(left)
        self._note_settled(fetch.doubts)
        seconds = time.monotonic() - started
        for region, count in asked.items():
            self._regions[region].seconds += seconds * count / asked.total()
        return outcome

    def _store(self, outcomes: Iterable[BatchOutcome]) -> None:
        """Stores and counts each outcome as it comes."""
        for outcome in outcomes:
            self._store_at_once([outcome])

    def _store_at_once(
        self, outcomes: Sequence[BatchOutcome], screen: AnsweredScreen | None = None
    ) -> None:
        """Stores and counts outcomes in one transaction with the progress of their regions, and
        with the screen that is answered in full with them."""
        for outcome in outcomes:
            for error in outcome.faults:
                self._report_fault(outcome.region, error)
            self._regions[outcome.region].counts.add(outcome.counts)
        written = [outcome for outcome in outcomes if outcome.writes]
        if written or screen is not None:
            with self._database.write() as connection:
                write_outcomes(connection, written, self._record.run_id, self._run.now)
                if screen is not None:
                    note_answer(connection, screen, self._run.now)
                regions = dict.fromkeys(outcome.region for outcome in written)
                self._record.progress(connection, *(self._regions[one] for one in regions))
        for outcome in outcomes:
            counts = outcome.counts
            self._run.notify(
                StocksClassified(
                    outcome.region, counts.total, counts.enriched, dict(counts.by_source)
                )
            )

    @contextlib.contextmanager
    def _attempt(self, progress: RegionProgress) -> Iterator[None]:
        """A step of one region. Only what no region could do without ends the run."""
        try:
            yield
        except (UsageError, StoreError):
            raise
        except PLUGIN_FAULTS as error:
            if self._run.stop.caused(error):
                return
            pass_on(error)
            log.debug("where region %s stopped", progress.region, exc_info=True)
            progress.fail(error)

    def _report_fault(self, region: str, error: BaseException) -> None:
        """A stock could not be classified for a fault in a program."""
        log.debug("where a stock of %s could not be classified", region, exc_info=error)
        self._regions[region].fail(error)

    def _end(self, progress: RegionProgress) -> None:
        """Nothing more will be done for a region."""
        if progress.ended:
            return
        progress.end(interrupted=self._run.stop.asked)
        if progress.status is RegionStatus.SUCCESS:
            self._settled.keep(progress.region)
        self._record.region_ended(progress)
        if progress.status is not RegionStatus.INTERRUPTED:
            self._run.notify(self._record.results[progress.region])

    def _count(self, region: str) -> int:
        with self._database.read() as connection:
            return stocks.count_stocks(connection, region)
