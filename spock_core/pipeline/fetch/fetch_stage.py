"""Step 3, across regions: asks Yahoo what the plan says; each answer is stored as it comes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Generator, Mapping, Sequence

from spock_core.domain import Observation
from spock_core.domain.stock import PendingStock, StockKey
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
        database: Database,
        run: RunContext,
        run_id: int,
    ) -> None:
        self.outcome = FetchOutcome()
        self.doubts = Doubts(regions, database, run, run_id)
        self._plan = plan
        self._regions = regions
        self._scheduler = scheduler
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
        theirs = set[StockKey]()
        with Questions(self._scheduler, self._run, region, count) as questions:
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
            if screening.unreadable:
                theirs = self._fail_theirs(screening, others)
                others = [stock for stock in others if stock.key not in theirs]
            if plan.budget:
                self.outcome.left = max(len(others) - plan.budget, 0)
            yield from profiling.answers([*asked, *others[: plan.budget]])
        if plan.screened and not self._run.stop.asked:
            self._conclude(screening, profiling.answered, theirs, states)
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

    def _fail_theirs(self, screening: Screening, known: Sequence[PendingStock]) -> set[StockKey]:
        """Returns the stocks that may be in unreadable screens: Yahoo knows them, as far as quotes
        tell, and no other screen has them. They count as failed, and wait for these screens."""
        missed = {stock.key for stock in screening.missed}
        theirs = {stock.key for stock in known if stock.key in missed}
        self.outcome.fail(theirs)
        if not theirs:
            self.outcome.failed_regions |= {one.key.region for one in self._plan.screened}
        return theirs

    def _conclude(
        self,
        screening: Screening,
        answered: Mapping[StockKey, str],
        theirs: Collection[StockKey],
        states: ScreenStates,
    ) -> None:
        """Remembers which stocks the screens do not have, if no profile contradicts them.

        `theirs`: stocks that may be in screens that could not be read.
        """
        missed = [
            stock.key
            for stock in screening.missed
            if stock.key not in answered and stock.key not in theirs
        ]
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
        elif screening.unsound == screening.unreadable:
            states.end(missed, screening.unreadable, theirs)
