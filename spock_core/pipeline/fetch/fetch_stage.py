"""Step 3, across regions: asks Yahoo what the plan says; each answer is stored as it comes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Observation
from spock_core.domain.errors import (
    PLUGIN_FAULTS,
    ProviderDown,
    SpockError,
    Stopped,
    UnknownSymbol,
)
from spock_core.domain.source import PROFILE, SCREENER
from spock_core.domain.stock import PendingStock, StockKey
from spock_core.domain.task_result import TaskResult
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.plan import Plan, Screen, in_turn
from spock_core.pipeline.fetch.planner import STILL_HOLDS
from spock_core.pipeline.fetch.rounds import Rounds
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending, screens

ROUNDS = 3
"""How often a screen is asked in all: one that failed is asked again when all others were."""
PROFILE_ROUNDS = 2
"""The same for profiles."""
BATCH = 10
"""Profiles that are stored together, and so the requests that a kill may cost."""

log = logging.getLogger(__name__)

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


class FetchStage:
    """Works off one plan: asks Yahoo, and yields what it said as it comes.

    An outage becomes part of the outcome and raises nothing.
    """

    def __init__(
        self,
        plan: Plan,
        regions: Sequence[str],
        scheduler: Scheduler,
        database: Database,
        run: RunContext,
        run_id: int,
    ) -> None:
        self.outcome = FetchOutcome()
        self._plan = plan
        self._regions = regions
        self._scheduler = scheduler
        self._database = database
        self._run = run
        self._down = False
        self.doubts = Doubts(regions, database, run, run_id)

    def answers(self, region: str) -> Generator[list[Observation], None, None]:
        """Asks what the plan says. Yields observations of a screen, or of a few profiles.

        Store what was yielded before the next is taken. Retries count for `region`.
        """
        plan = self._plan
        if not plan.screens and not plan.screened and not plan.profiles:
            return
        from spock_core.sources.yahoo.workers import open_worker_config

        questions = len(plan.screens) + len(plan.profiles) + plan.residual
        self._workers = self._scheduler.workers_for(questions)
        with contextlib.ExitStack() as stack:
            self._config = stack.enter_context(open_worker_config(self._run, region, self._workers))
            self._executor = _executor(self._run, self._workers)
            if self._executor is not None:
                stack.callback(self._executor.shutdown, wait=False, cancel_futures=True)
            missed = yield from self._screens()
            doubtful = [stock for stock in missed if stock.doubtful][: plan.doubtful_room]
            others = [stock for stock in missed if not stock.doubtful][: plan.room]
            yield from self._profiles([*plan.profiles, *doubtful, *others])
        if self.outcome.new_words:
            words = ", ".join(sorted(self.outcome.new_words))
            log.warning("yahoo: industries new to this version, kept as they are: %s", words)

    def _screens(self) -> Generator[list[Observation], None, list[PendingStock]]:
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
        rounds = Rounds(ROUNDS)
        while rounds.next(len(waiting)):
            failed, drifting = [], []
            tasks = [
                (screen, partial(ask_screen, self._config, screen.industry, screen.exchanges))
                for screen in waiting
            ]
            for screen, result in self._scheduler.run(tasks, self._workers, self._executor):
                rounds.note(result.error)
                try:
                    listed = self._answer(result)
                except Stopped:
                    continue
                except SpockError as error:
                    self._note_error(error)
                    failed.append(screen)
                    continue
                names = {
                    symbols[one.symbol]: one.name for one in listed.quotes if one.symbol in symbols
                }
                self._note_words(screen.industry)
                yield self._screened(screen.industry, sectors[screen.industry], names, found)
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

    def _screened(
        self,
        industry: str,
        sector: str,
        names: Mapping[StockKey, str],
        found: dict[StockKey, str],
    ) -> list[Observation]:
        """What a screen said. Of a stock that two screens have, the first by name counts.

        `names`: Yahoo's names of the stocks in the screen.
        """
        fresh = [key for key in names if found.get(key, "~") > industry]
        found.update(dict.fromkeys(fresh, industry))
        said = [self._observation(key, SCREENER, industry, sector) for key in fresh]
        return [
            one for one, key in zip(said, fresh, strict=True) if self.doubts.counts(one, names[key])
        ]

    def _missed(self, found: Mapping[StockKey, str], *, complete: bool) -> list[PendingStock]:
        """The stocks that no screen had, remembered as such where all screens were answered."""
        missed = [stock for stock in self._plan.screened if stock.key not in found]
        keys = [stock.key for stock in missed]
        if not complete:
            self.outcome.failed.update(keys)
            return []
        self.outcome.error = None
        with self._database.write() as connection:
            pending.store_unknowns(connection, keys, SCREENER, self._run.now)
            screens.forget_screens(connection)
        return in_turn(sorted(missed, key=lambda stock: stock.key))

    def _profiles(self, stocks: Sequence[PendingStock]) -> Generator[list[Observation], None, None]:
        """Requests profiles; those that failed are requested again after all others."""
        waiting = stocks
        rounds = Rounds(PROFILE_ROUNDS)
        while rounds.next(len(waiting)):
            waiting = yield from self._profiles_once(waiting, rounds)
            if not waiting or self._down or self._run.stop.asked:
                break
        self.outcome.failed.update(stock.key for stock in waiting)

    def _profiles_once(
        self, stocks: Sequence[PendingStock], rounds: Rounds
    ) -> Generator[list[Observation], None, list[PendingStock]]:
        """Requests profiles. Returns the stocks whose request failed."""
        from spock_core.sources.yahoo.workers import ask_profile

        tasks = [(stock, partial(ask_profile, self._config, stock.symbol)) for stock in stocks]
        found: list[Observation] = []
        unknown: list[StockKey] = []
        failed: list[PendingStock] = []
        for stock, result in self._scheduler.run(tasks, self._workers, self._executor):
            rounds.note(result.error)
            try:
                profile = self._answer(result)
            except Stopped:
                continue
            except UnknownSymbol:
                unknown.append(stock.key)
            except SpockError as error:
                self._note_error(error)
                failed.append(stock)
            else:
                if profile.industry or profile.sector:
                    words = (profile.industry, profile.sector)
                    answer = self._observation(stock.key, PROFILE, *words)
                    self._note_words(profile.industry)
                    if self.doubts.counts(answer, profile.name):
                        found.append(answer)
                else:
                    unknown.append(stock.key)
            if len(found) + len(unknown) >= BATCH:
                yield found
                self._store_unknowns(unknown)
                found, unknown = [], []
        yield found
        self._store_unknowns(unknown)
        return failed

    def _store_unknowns(self, keys: Sequence[StockKey]) -> None:
        if keys:
            with self._database.write() as connection:
                pending.store_unknowns(connection, keys, PROFILE, self._run.now)

    def _answer(self, result: TaskResult[T]) -> T:
        """Returns the answer to a question. Raises what kept it from coming."""
        self._down = self._down or isinstance(result.error, ProviderDown)
        return result.get()

    def _observation(self, key: StockKey, source: str, industry: str, sector: str) -> Observation:
        words = {"industry": industry, "sector": sector}
        return Observation(key.region, key.ticker, source, words, self._run.now)

    def _note_words(self, industry: str) -> None:
        if industry and industry not in YAHOO_INDUSTRIES:
            self.outcome.new_words.add(industry)

    def _note_error(self, error: SpockError) -> None:
        if not isinstance(error, ProviderDown) or self.outcome.error is None:
            self.outcome.error = f"yahoo: {error}"
