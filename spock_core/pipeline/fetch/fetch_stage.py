"""Step 3, across regions: asks a provider what its plan says; each answer is stored as it comes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence

from spock_core.domain.stock import GroupFailure, PendingStock, StockKey
from spock_core.pipeline.executor import RunExecutor
from spock_core.pipeline.fetch.costs import Screen
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.hollow import FEWEST_CONTRADICTING, MOST_ALONE
from spock_core.pipeline.fetch.outcome import Answer, FetchOutcome
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.planner import asking_about
from spock_core.pipeline.fetch.presence import Presence
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.screen_states import ScreenStates
from spock_core.pipeline.fetch.screening import Screening
from spock_core.pipeline.fetch.singles import Singles
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending

log = logging.getLogger(__name__)


class FetchStage:
    """Works off one plan: asks its provider, and yields what it said as it comes.

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
        self.outcome = FetchOutcome(plan.provider)
        self.doubts = Doubts(regions, database, run, run_id)
        self._plan = plan
        self._regions = regions
        self._scheduler = scheduler
        self._executor = executor
        self._database = database
        self._run = run

    def answers(self, region: str) -> Generator[Answer, None, None]:
        """Asks what the plan says. Yields what a screen said, or what was said of a few stocks.

        Store what was yielded before the next is taken. Retries count for `region`.
        """
        plan = self._plan
        if not plan.screens and not plan.screened and not plan.singles:
            return
        count = len(plan.screens) + plan.expected
        symbols = self._symbols()
        groups = plan.provider.groups
        states = ScreenStates(plan, self._database, self._run)
        with Questions(
            plan.provider, self._scheduler, self._executor, self._run, region, count
        ) as questions:
            screening = Screening(
                plan, symbols, questions, self.outcome, states, self.doubts, self._run
            )
            yield from screening.answers()
            canaries = self._canaries(symbols, screening.found)
            singles = Singles(
                plan, questions, self.outcome, canaries, self.doubts, self._database, self._run
            )
            asked = [stock for stock in plan.singles if stock.doubtful]
            missed = [stock for stock in screening.missed if stock.doubtful or not stock.rests]
            asked += [stock for stock in missed if stock.doubtful][: plan.doubtful_room]
            others = [
                stock for stock in (*plan.singles, *plan.beyond, *missed) if not stock.doubtful
            ]
            budget = plan.abilities.budget
            if budget:
                presence = Presence(
                    plan, questions, self.outcome, canaries, self._database, self._run
                )
                others = presence.known(others)
            theirs = self._fail_members(screening.alone, screening.missed, others)
            others = [stock for stock in others if stock.key not in theirs]
            if budget:
                self.outcome.left = max(len(others) - budget, 0)
            yield from singles.answers([*asked, *others[:budget]])
        if plan.screened and not self._run.stop.asked:
            self._conclude(screening, singles.answered, theirs, states)
        if self.outcome.new_groups and groups is not None:
            words = ", ".join(sorted(self.outcome.new_groups))
            log.warning(
                "%s: %s words that are new to this version, kept as they are: %s",
                plan.provider.name, groups.group_word, words,
            )  # fmt: skip

    def _symbols(self) -> dict[str, StockKey]:
        """Every active stock that the provider may know, by its symbol."""
        with self._database.read() as connection:
            asking = asking_about(self._plan.provider, self._regions)
            stocks = pending.read_askable(connection, asking)
        symbol = self._plan.provider.any.symbol
        found: dict[str, StockKey] = {}
        for stock in stocks:
            if name := symbol(stock):
                found.setdefault(name, stock.key)
        return found

    def _canaries(
        self, symbols: Mapping[str, StockKey], found: Mapping[StockKey, str]
    ) -> dict[StockKey, str]:
        """The symbols of stocks that the provider is known to know: those of tonight, then the
        latest."""
        tonight = {key: symbol for symbol, key in symbols.items() if key in found}
        symbol = self._plan.provider.any.symbol
        known = {one.key: symbol(one.stock) for one in self._plan.known if one.key not in tonight}
        return tonight | {key: name for key, name in known.items() if name}

    def _fail_members(
        self,
        failed: Iterable[Screen],
        missed: Iterable[PendingStock],
        known: Iterable[PendingStock],
    ) -> set[StockKey]:
        """Returns the stocks that may be in groups that failed: no other group has them, and the
        provider knows them, as far as it tells. They count as failed, and wait for these groups."""
        of_groups = {one.group for one in failed}
        if not of_groups:
            return set()
        absent = {stock.key for stock in missed}
        theirs = {
            stock.key
            for stock in known
            if stock.key in absent and (stock.group is None or stock.group in of_groups)
        }
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
        """Remembers which stocks the screens do not have, if no answer contradicts them.

        `theirs`: stocks that wait for groups that failed.
        """
        missed = [one for one in screening.missed if one.key not in answered]
        failed = dict(screening.alone)
        named = Counter(
            answered[stock.key]
            for stock in screening.missed
            if answered.get(stock.key, "") in screening.empty
        )
        hollow = {word: n for word, n in named.items() if n >= FEWEST_CONTRADICTING}
        if hollow:
            word, count = max(hollow.items(), key=lambda one: (one[1], one[0]))
            self.outcome.note_error(
                f"the screen of {word} is empty, but {count:,} stocks are said to be in it"
            )
            empty = [one for one in self._plan.screens if one.group in hollow]
            failed |= dict.fromkeys(empty, GroupFailure.HOLLOW)
            theirs = {*theirs, *self._fail_members(empty, missed, missed)}
        if len(failed) > MOST_ALONE:
            self.outcome.fail(stock.key for stock in missed)
            self.outcome.failed_regions |= {stock.key.region for stock in screening.missed}
            states.forget()
        elif screening.unsound == screening.alone.keys():
            nowhere = [one.key for one in missed if one.key not in theirs]
            states.end(self._plan.screens, failed, nowhere)
