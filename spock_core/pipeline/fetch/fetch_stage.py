"""Step 3, across regions: asks Yahoo what the plan says; each answer is stored as it comes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Generator, Mapping, Sequence

from spock_core.domain import Observation
from spock_core.domain.stock import StockKey
from spock_core.pipeline.executor import RunExecutor
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.hollow import FEWEST_CONTRADICTING
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.profiling import Profiling
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.quoting import Quoting
from spock_core.pipeline.fetch.screen_states import ScreenStates
from spock_core.pipeline.fetch.screening import Screening
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending

log = logging.getLogger(__name__)


class FetchStage:
    """Works off one plan: asks Yahoo, and yields what it said as it comes.

    An outage becomes part of the outcome and raises nothing.
    """

    def __init__(
        self,
        plan: Plan,
        regions: Sequence[str],
        scheduler: Scheduler,
        executor: RunExecutor,
        database: Database,
        run: RunContext,
        run_id: int,
    ) -> None:
        self.outcome = FetchOutcome()
        self.doubts = Doubts(regions, database, run, run_id)
        self._plan = plan
        self._regions = regions
        self._scheduler = scheduler
        self._executor = executor
        self._database = database
        self._run = run

    def answers(self, region: str) -> Generator[list[Observation], None, None]:
        """Asks what the plan says. Yields observations of a screen, or of a few profiles.

        Store what was yielded before the next is taken. Retries count for `region`.
        """
        plan = self._plan
        if not plan.screens and not plan.screened and not plan.profiles:
            return
        count = len(plan.screens) + len(plan.profiles) + plan.residual
        with self._database.read() as connection:
            symbols = pending.read_symbols(connection, self._regions)
        states = ScreenStates(self._database, self._run)
        with Questions(self._scheduler, self._executor, self._run, region, count) as questions:
            screening = Screening(
                plan,
                self._sectors(),
                symbols,
                questions,
                self.outcome,
                states,
                self.doubts,
                self._run,
            )
            yield from screening.answers()
            canaries = self._canaries(symbols, screening.found)
            profiling = Profiling(
                questions, self.outcome, canaries, self.doubts, self._database, self._run
            )
            asked = [stock for stock in plan.profiles if stock.doubtful]
            missed = [stock for stock in screening.missed if stock.doubtful or not stock.rests]
            asked += [stock for stock in missed if stock.doubtful][: plan.doubtful_room]
            others = [
                stock for stock in (*plan.profiles, *plan.beyond, *missed) if not stock.doubtful
            ]
            if plan.budget:
                quoting = Quoting(questions, self.outcome, canaries, self._database, self._run)
                others = quoting.known(others)
                self.outcome.left = max(len(others) - plan.budget, 0)
            yield from profiling.answers([*asked, *others[: plan.budget]])
        if plan.screened and not self._run.stop.asked:
            self._conclude(screening, profiling.answered, states)
        if self.outcome.new_words:
            words = ", ".join(sorted(self.outcome.new_words))
            log.warning("yahoo: industries new to this version, kept as they are: %s", words)

    def _sectors(self) -> dict[str, str]:
        from spock_core.sources.yahoo.client import industries

        return {one.industry: one.sector for one in self._plan.known} | industries()

    def _canaries(
        self, symbols: Mapping[str, StockKey], found: Mapping[StockKey, str]
    ) -> dict[StockKey, str]:
        """The symbols of stocks that Yahoo is known to know: those of tonight, then the latest."""
        tonight = {key: symbol for symbol, key in symbols.items() if key in found}
        return tonight | {one.key: one.symbol for one in self._plan.known if one.key not in tonight}

    def _conclude(
        self, screening: Screening, answered: Mapping[StockKey, str], states: ScreenStates
    ) -> None:
        """Remembers which stocks the screens do not have, if no profile contradicts them."""
        missed = [stock.key for stock in screening.missed if stock.key not in answered]
        named = Counter(
            answered[stock.key]
            for stock in screening.missed
            if answered.get(stock.key, "") in screening.empty
        )
        hollow = {word: n for word, n in named.items() if n >= FEWEST_CONTRADICTING}
        if hollow:
            word, count = max(hollow.items(), key=lambda one: (one[1], one[0]))
            self.outcome.note_error(
                f"the screen of {word} is empty, but {count:,} profiles name that industry"
            )
            self.outcome.fail(missed)
            self.outcome.failed_regions |= {stock.key.region for stock in screening.missed}
            states.forget()
        elif not screening.unsound:
            states.end(missed)
