"""Step 3 across regions: asks Yahoo what the plan says; each answer is stored as it comes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

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
from spock_core.pipeline.classify_stage import Classifier
from spock_core.pipeline.plan import Plan, Screen, in_turn
from spock_core.pipeline.planner import STILL_HOLDS
from spock_core.pipeline.scheduler import Done, Scheduler
from spock_core.plugins.context import RunContext, Tell, for_region
from spock_core.store import pending as store
from spock_core.store import screens
from spock_core.store.connection.database import Database

if TYPE_CHECKING:
    from spock_core.sources.yahoo.workers import Reply, WorkerConfig

ROUNDS = 3
"""A screen that failed is asked again when all others were, so often in all."""
BATCH = 10
"""Profiles that are stored together: so many requests a kill may cost."""

log = logging.getLogger(__name__)


@dataclass
class FetchOutcome:
    """What became of the questions."""

    failed: set[StockKey] = field(default_factory=set)
    """Stocks of which Yahoo has something to say, and could not be asked."""
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
    """Asks Yahoo what the plan says. An outage is told in the result and raises nothing.

    Retries are told as those of `region`.
    """
    if not plan.screens and not plan.screened and not plan.profiles:
        return FetchOutcome()
    from spock_core.sources.yahoo.workers import open_worker_config

    questions = len(plan.screens) + len(plan.profiles) + plan.residual
    workers = scheduler.workers_for(questions)
    with contextlib.ExitStack() as stack:
        access = stack.enter_context(
            open_worker_config(run, for_region(region, scheduler.tell), workers)
        )
        executor = _executor(run, workers)
        if executor is not None:
            stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        ask = partial(scheduler.run, workers=workers, executor=executor)
        tell = for_region(region, lambda hook, values: run.notify(hook, **values))
        return _Fetch(plan, regions, ask, access, tell, classifier, database, run).fetch()


def _executor(run: RunContext, workers: int) -> Executor | None:
    """A plugin's executor; None for threads."""
    if not run.settings.parallel:
        return None
    for name, executor in run.plugins.answers(
        "spock_executor",
        Executor,
        stop=run.stop,
        workers=workers,
        run=run,
    ):
        try:
            executor.submit(int)  # one that takes no task is none
        except PLUGIN_FAULTS as error:
            run.plugins.report_fault(name, "spock_executor", error)
            continue
        log.info("questions are asked on the executor of %s", name)
        return executor
    return None


class _Fetch:
    """Works off one plan."""

    def __init__(
        self,
        plan: Plan,
        regions: Sequence[str],
        ask: Any,
        access: WorkerConfig,
        tell: Tell,
        classifier: Classifier,
        database: Database,
        run: RunContext,
    ) -> None:
        self._plan = plan
        self._regions = regions
        self._ask = ask
        self._access = access
        self._tell = tell
        self._classifier = classifier
        self._database = database
        self._run = run
        self._result = FetchOutcome()
        self._down = False

    def fetch(self) -> FetchOutcome:
        missed = self._screens()
        self._profiles([*self._plan.profiles, *missed[: self._plan.room]])
        if self._result.new_words:
            words = ", ".join(sorted(self._result.new_words))
            log.warning("yahoo: industries new to this version, kept as they are: %s", words)
        return self._result

    def _screens(self) -> list[PendingStock]:
        """Asks all screens. Gives the stocks that they should have had and did not."""
        from spock_core.sources.yahoo.workers import ask_screen

        if not self._plan.screened:
            return []
        self._begin()
        with self._database.read() as connection:
            symbols = store.read_symbols(connection, self._regions)
        waiting = list(self._plan.screens)
        failed: list[Screen] = []
        found: dict[StockKey, str] = {}
        for _ in range(ROUNDS):
            failed, drifting = [], []
            tasks = [
                (one, partial(ask_screen, self._access, one.industry, one.exchanges))
                for one in waiting
            ]
            for done in self._ask(tasks):
                screen: Screen = done.name
                try:
                    listed = self._answer(done)
                except Stopped:
                    continue
                except SpockError as error:
                    self._note(error)
                    failed.append(screen)
                    continue
                keys = [symbols[symbol] for symbol in listed.symbols if symbol in symbols]
                self._take_screen(screen, listed.sector, keys, found)
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

    def _begin(self) -> None:
        """Notes what is about to be asked. A forced run asks everything, whatever was begun."""
        forced, now = self._run.settings.force_refresh, self._run.now
        planned = [(one.industry, one.exchanges) for one in self._plan.screens]
        with self._database.write() as connection:
            if forced:
                screens.forget_screens(connection)
            else:
                screens.begin_screens(connection, planned, now, now - STILL_HOLDS)

    def _take_screen(
        self, screen: Screen, sector: str, keys: Sequence[StockKey], found: dict[StockKey, str]
    ) -> None:
        """Stores what a screen had. Of a stock that two screens have, the first by name counts."""
        industry = screen.industry
        self._heard(industry)
        fresh = [key for key in keys if found.get(key, "~") > industry]
        found.update(dict.fromkeys(fresh, industry))
        self._classifier.classify_answered(
            [self._said(key, SCREENER, industry, sector) for key in fresh]
        )

    def _missed(self, found: Mapping[StockKey, str], *, complete: bool) -> list[PendingStock]:
        """The stocks that no screen had, remembered as such where all screens were answered."""
        lacking = [need for need in self._plan.screened if need.key not in found]
        keys = [need.key for need in lacking]
        if not complete:
            self._result.failed.update(keys)
            return []
        self._result.error = None
        with self._database.write() as connection:
            store.store_unknowns(connection, keys, SCREENER, self._run.now)
            screens.forget_screens(connection)
        return in_turn(sorted(lacking, key=lambda need: need.key))

    def _profiles(self, needs: Sequence[PendingStock]) -> None:
        from spock_core.sources.yahoo.workers import ask_profile

        tasks = [(need, partial(ask_profile, self._access, need.symbol)) for need in needs]
        found: list[Observation] = []
        unknown: list[StockKey] = []
        for done in self._ask(tasks):
            need: PendingStock = done.name
            try:
                said = self._answer(done)
            except Stopped:
                continue
            except UnknownSymbol:
                unknown.append(need.key)
            except SpockError as error:
                self._note(error)
                self._result.failed.add(need.key)
            else:
                if said.industry or said.sector:
                    found.append(self._said(need.key, PROFILE, said.industry, said.sector))
                    self._heard(said.industry)
                else:
                    unknown.append(need.key)
            if len(found) + len(unknown) >= BATCH:
                self._store_profiles(found, unknown)
                found, unknown = [], []
        self._store_profiles(found, unknown)

    def _store_profiles(self, found: Sequence[Observation], unknown: Sequence[StockKey]) -> None:
        self._classifier.classify_answered(found)
        if unknown:
            with self._database.write() as connection:
                store.store_unknowns(connection, unknown, PROFILE, self._run.now)

    def _answer(self, done: Done[Any, Reply[Any]]) -> Any:
        """The answer to a question. Raises what kept it from coming."""
        reply = done.result()
        for hook, values in reply.events:
            self._tell(hook, values)
        if reply.error is not None:
            self._down = self._down or isinstance(reply.error, ProviderDown)
            raise reply.error
        return reply.value

    def _said(self, key: StockKey, source: str, industry: str, sector: str) -> Observation:
        words = {"industry": industry, "sector": sector}
        return Observation(key.region, key.ticker, source, words, self._run.now)

    def _heard(self, industry: str) -> None:
        if industry and industry not in YAHOO_INDUSTRIES:
            self._result.new_words.add(industry)

    def _note(self, error: SpockError) -> None:
        if not isinstance(error, ProviderDown) or self._result.error is None:
            self._result.error = f"yahoo: {error}"
