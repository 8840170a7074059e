"""Step 3, across regions: asks Yahoo what the plan says; each answer is stored as it comes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Observation
from spock_core.domain.errors import (
    PLUGIN_FAULTS,
    ProviderDown,
    SpockError,
    Stopped,
    UnknownSymbol,
)
from spock_core.domain.pending import PendingStock
from spock_core.domain.source import PROFILE, SCREENER
from spock_core.domain.stock import StockKey
from spock_core.domain.task_result import TaskResult
from spock_core.pipeline.classify_stage import Classifier
from spock_core.pipeline.plan import Plan, Screen, in_turn
from spock_core.pipeline.planner import STILL_HOLDS
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.store import pending, screens
from spock_core.store.connection.database import Database

if TYPE_CHECKING:
    from spock_core.sources.yahoo.workers import WorkerConfig

ROUNDS = 3
"""How often a screen is asked in all: one that failed is asked again when all others were."""
BATCH = 10
"""Profiles that are stored together, and so the requests that a kill may cost."""

log = logging.getLogger(__name__)

N = TypeVar("N")
T = TypeVar("T")


@dataclass
class FetchOutcome:
    """What became of the questions."""

    failed: set[StockKey] = field(default_factory=set)
    """Stocks that Yahoo could not be asked about."""
    error: str | None = None
    """Why not all could be asked, in one line."""
    new_words: set[str] = field(default_factory=set)
    """Industries that this version does not know; kept word for word."""


def fetch(
    plan: Plan,
    regions: Sequence[str],
    classifier: Classifier,
    scheduler: Scheduler,
    region: str,
    database: Database,
    run: RunContext,
) -> FetchOutcome:
    """Asks Yahoo what the plan says. An outage becomes part of the outcome and raises nothing.

    Retries count for `region`.
    """
    if not plan.screens and not plan.screened and not plan.profiles:
        return FetchOutcome()
    from spock_core.sources.yahoo.workers import open_worker_config

    workers = scheduler.workers_for(len(plan.screens) + len(plan.profiles) + plan.residual)
    with contextlib.ExitStack() as stack:
        config = stack.enter_context(open_worker_config(run, region, workers))
        executor = _executor(run, workers)
        if executor is not None:
            stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        tasks = _Tasks(scheduler, workers, executor)
        return _Fetch(plan, regions, tasks, config, classifier, database, run).fetch()


def _executor(run: RunContext, workers: int) -> Executor | None:
    """A plugin's executor; None for threads."""
    if not run.settings.parallel:
        return None
    for name, executor in run.plugins.answers(
        "spock_executor", Executor, stop=run.stop, workers=workers, run=run
    ):
        try:
            executor.submit(int)  # tries it out: one that takes no task is of no use
        except PLUGIN_FAULTS as error:
            run.plugins.report_fault(name, "spock_executor", error)
            continue
        log.info("questions are asked on the executor of %s", name)
        return executor
    return None


@dataclass(frozen=True, slots=True)
class _Tasks:
    """Where the questions are asked."""

    scheduler: Scheduler
    workers: int
    executor: Executor | None

    def run(
        self, tasks: Iterable[tuple[N, Callable[[], TaskResult[T]]]]
    ) -> Iterator[tuple[N, TaskResult[T]]]:
        return self.scheduler.run(tasks, self.workers, self.executor)


class _Fetch:
    """Works off one plan."""

    def __init__(
        self,
        plan: Plan,
        regions: Sequence[str],
        tasks: _Tasks,
        config: WorkerConfig,
        classifier: Classifier,
        database: Database,
        run: RunContext,
    ) -> None:
        self._plan = plan
        self._regions = regions
        self._tasks = tasks
        self._config = config
        self._classifier = classifier
        self._database = database
        self._run = run
        self._outcome = FetchOutcome()
        self._down = False

    def fetch(self) -> FetchOutcome:
        missed = self._screens()
        self._profiles([*self._plan.profiles, *missed[: self._plan.room]])
        if self._outcome.new_words:
            words = ", ".join(sorted(self._outcome.new_words))
            log.warning("yahoo: industries new to this version, kept as they are: %s", words)
        return self._outcome

    def _screens(self) -> list[PendingStock]:
        """Asks all screens. Returns the stocks that they should have had and did not."""
        from spock_core.sources.yahoo.client import industries
        from spock_core.sources.yahoo.workers import ask_screen

        if not self._plan.screened:
            return []
        self._note_plan()
        with self._database.read() as connection:
            symbols = pending.read_symbols(connection, self._regions)
        sectors = industries()
        waiting = list(self._plan.screens)
        failed: list[Screen] = []
        found: dict[StockKey, str] = {}
        for _ in range(ROUNDS):
            failed, drifting = [], []
            tasks = [
                (screen, partial(ask_screen, self._config, screen.industry, screen.exchanges))
                for screen in waiting
            ]
            for screen, result in self._tasks.run(tasks):
                try:
                    listed = self._answer(result)
                except Stopped:
                    continue
                except SpockError as error:
                    self._note_error(error)
                    failed.append(screen)
                    continue
                keys = [symbols[one.symbol] for one in listed.quotes if one.symbol in symbols]
                self._store_screen(screen.industry, sectors[screen.industry], keys, found)
                if not listed.complete:
                    drifting.append(screen)
                else:
                    with self._database.write() as connection:
                        screens.note_answer(
                            connection, screen.industry, screen.exchanges, self._run.now
                        )
            waiting = failed + drifting
            if not waiting or self._down or self._run.stop.asked:
                break
        if self._run.stop.asked:
            return []
        return self._missed(found, complete=not failed)

    def _note_plan(self) -> None:
        """Notes which screens are to be asked, so that a later run can go on with them.

        A forced run asks everything, whatever an earlier one left unfinished.
        """
        forced, now = self._run.settings.force_refresh, self._run.now
        planned = [(screen.industry, screen.exchanges) for screen in self._plan.screens]
        with self._database.write() as connection:
            if forced:
                screens.forget_screens(connection)
            else:
                screens.begin_screens(connection, planned, now, now - STILL_HOLDS)

    def _store_screen(
        self, industry: str, sector: str, keys: Sequence[StockKey], found: dict[StockKey, str]
    ) -> None:
        """Stores what a screen had. Of a stock that two screens have, the first by name counts."""
        self._note_words(industry)
        fresh = [key for key in keys if found.get(key, "~") > industry]
        found.update(dict.fromkeys(fresh, industry))
        self._classifier.classify_answered(
            [self._observation(key, SCREENER, industry, sector) for key in fresh]
        )

    def _missed(self, found: Mapping[StockKey, str], *, complete: bool) -> list[PendingStock]:
        """The stocks that no screen had, remembered as such where all screens were answered."""
        missed = [stock for stock in self._plan.screened if stock.key not in found]
        keys = [stock.key for stock in missed]
        if not complete:
            self._outcome.failed.update(keys)
            return []
        self._outcome.error = None
        with self._database.write() as connection:
            pending.store_unknowns(connection, keys, SCREENER, self._run.now)
            screens.forget_screens(connection)
        return in_turn(sorted(missed, key=lambda stock: stock.key))

    def _profiles(self, stocks: Sequence[PendingStock]) -> None:
        from spock_core.sources.yahoo.workers import ask_profile

        tasks = [(stock, partial(ask_profile, self._config, stock.symbol)) for stock in stocks]
        found: list[Observation] = []
        unknown: list[StockKey] = []
        for stock, result in self._tasks.run(tasks):
            try:
                profile = self._answer(result)
            except Stopped:
                continue
            except UnknownSymbol:
                unknown.append(stock.key)
            except SpockError as error:
                self._note_error(error)
                self._outcome.failed.add(stock.key)
            else:
                if profile.industry or profile.sector:
                    words = (profile.industry, profile.sector)
                    found.append(self._observation(stock.key, PROFILE, *words))
                    self._note_words(profile.industry)
                else:
                    unknown.append(stock.key)
            if len(found) + len(unknown) >= BATCH:
                self._store_profiles(found, unknown)
                found, unknown = [], []
        self._store_profiles(found, unknown)

    def _store_profiles(self, found: Sequence[Observation], unknown: Sequence[StockKey]) -> None:
        self._classifier.classify_answered(found)
        if unknown:
            with self._database.write() as connection:
                pending.store_unknowns(connection, unknown, PROFILE, self._run.now)

    def _answer(self, result: TaskResult[T]) -> T:
        """Returns the answer to a question. Raises what kept it from coming."""
        self._down = self._down or isinstance(result.error, ProviderDown)
        return result.get()

    def _observation(self, key: StockKey, source: str, industry: str, sector: str) -> Observation:
        words = {"industry": industry, "sector": sector}
        return Observation(key.region, key.ticker, source, words, self._run.now)

    def _note_words(self, industry: str) -> None:
        if industry and industry not in YAHOO_INDUSTRIES:
            self._outcome.new_words.add(industry)

    def _note_error(self, error: SpockError) -> None:
        if not isinstance(error, ProviderDown) or self._outcome.error is None:
            self._outcome.error = f"yahoo: {error}"
