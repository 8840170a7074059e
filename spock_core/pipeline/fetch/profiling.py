"""Asks profiles one by one, and proves that Yahoo knows symbols before it is believed not to."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from spock_core.domain import Observation
from spock_core.domain.errors import SpockError, Stopped, UnknownSymbol, Unreadable
from spock_core.domain.source import PROFILE
from spock_core.domain.stock import PendingStock, StockKey
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.hollow import FEWEST_UNKNOWN
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.rounds import Rounds
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending

ROUNDS = 2
"""How often a profile is asked in all: one that failed is asked again when all others were."""
BATCH = 10
"""Profiles that are stored together, and so the requests that a kill may cost."""
CHUNK = 40
"""Profiles after which is looked whether unknown ones must be proved."""
FEWEST_FORMER = 2
"""So many stocks that Yahoo knew before, and now does not, must be proved."""
MOST_UNREADABLE = 10
"""So many unreadable answers may each have a cause of its own; more are one outage."""
PROOFS = 3
"""Stocks that are asked for a proof at most."""

if TYPE_CHECKING:
    from spock_core.sources.yahoo.answers import Profile


class Profiling:
    """The profiles of one plan."""

    def __init__(
        self,
        questions: Questions,
        outcome: FetchOutcome,
        canaries: Mapping[StockKey, str],
        doubts: Doubts,
        database: Database,
        run: RunContext,
    ) -> None:
        """`canaries`: stocks that Yahoo is known to know and their symbols, the best first."""
        self.answered: dict[StockKey, str] = {}
        """The industry of each stock that Yahoo told of."""
        self._questions = questions
        self._outcome = outcome
        self._canaries = canaries
        self._told: list[tuple[StockKey, str]] = []
        self._doubts = doubts
        self._database = database
        self._run = run
        self._unproven: list[PendingStock] = []
        """Stocks that Yahoo does not know, since it last knew one."""
        self._unreadable: set[StockKey] = set()
        """Stocks whose last answer could not be read."""
        self._unknown: list[StockKey] = []
        """Stocks that it does not know, while it knew others."""

    def answers(self, stocks: Sequence[PendingStock]) -> Generator[list[Observation], None, None]:
        """Asks the profiles of these stocks; those that failed again after all others. Yields what
        Yahoo said of a few at a time."""
        waiting = list(stocks)
        rounds = Rounds(ROUNDS)
        while waiting and not self._ends() and rounds.next(len(waiting)):
            left: list[PendingStock] = []
            for start in range(0, len(waiting), CHUNK):
                chunk = waiting[start : start + CHUNK]
                left += chunk if self._ends() else (yield from self._chunk(chunk, rounds))
                if self._must_prove() and not self._run.stop.asked and not self._prove():
                    self._refuse()
            waiting = left
        if not self._run.stop.asked:
            self._outcome.fail(stock.key for stock in waiting)
            self._store_unreadable()
        if not self._must_prove():
            self._believe()
        self._store_unknown()

    def _ends(self) -> bool:
        """Whether no more profiles are asked."""
        return self._run.stop.asked or self._outcome.down or self._questions.given_up

    def _chunk(
        self, stocks: Sequence[PendingStock], rounds: Rounds
    ) -> Generator[list[Observation], None, list[PendingStock]]:
        """Returns the stocks whose question failed."""
        found: list[Observation] = []
        failed: list[PendingStock] = []
        for stock, result in self._questions.profiles((one, one.symbol) for one in stocks):
            rounds.note(result.error)
            try:
                profile = self._outcome.answer(result)
            except Stopped:
                continue
            except UnknownSymbol:
                self._unproven.append(stock)
            except SpockError as error:
                self._outcome.note_error(error)
                failed.append(stock)
                if isinstance(error, Unreadable):
                    self._unreadable.add(stock.key)
            else:
                self._unreadable.discard(stock.key)
                self._take(stock, profile, found)
            if len(found) + len(self._unknown) >= BATCH:
                yield found
                self._store_unknown()
                found = []
        yield found
        return failed

    def _take(self, stock: PendingStock, profile: Profile, found: list[Observation]) -> None:
        """Adds what a profile says to what was found."""
        if not (profile.industry or profile.sector):
            self._unproven.append(stock)
            return
        self._outcome.note_word(profile.industry)
        self.answered[stock.key] = profile.industry
        self._told.append((stock.key, stock.symbol))
        words = {"industry": profile.industry, "sector": profile.sector}
        answer = Observation(*stock.key, PROFILE, words, self._run.now)
        if self._doubts.counts(answer, profile.name):
            found.append(answer)
        self._believe()

    def _must_prove(self) -> bool:
        """Whether so many are unknown in a row that it may be an outage."""
        former = sum(stock.industry is not None for stock in self._unproven)
        return len(self._unproven) >= FEWEST_UNKNOWN or former >= FEWEST_FORMER

    def _prove(self) -> bool:
        """Asks stocks that Yahoo is known to know. Returns whether it still does."""
        unknown = {*self._unknown, *(stock.key for stock in self._unproven)}
        sure = (*reversed(self._told), *self._canaries.items())
        others = [symbol for key, symbol in sure if key not in unknown]
        for symbol in others[:PROOFS]:
            result = self._questions.profile(symbol)
            if result is None:
                return True  # the run stops; what is unproven is not stored
            try:
                profile = self._outcome.answer(result)
            except UnknownSymbol:
                continue
            except SpockError as error:
                self._outcome.note_error(error)
                return False
            if profile.industry or profile.sector:
                self._believe()
                return True
        return False

    def _refuse(self) -> None:
        """What was unknown in a row is an outage."""
        count = len(self._unproven)
        self._outcome.note_error(f"it knows none of {count:,} symbols in a row")
        self._outcome.fail(stock.key for stock in self._unproven)
        self._unproven = []
        self._questions.give_up()

    def _believe(self) -> None:
        self._unknown += [stock.key for stock in self._unproven]
        self._unproven = []

    def _store_unreadable(self) -> None:
        """Remembers stocks whose answers are unreadable while others' are not, so that they are
        asked again later and later. Many at once are an outage."""
        few = 0 < len(self._unreadable) <= MOST_UNREADABLE
        if few and not self._ends() and (self._told or self._prove()):
            with self._database.write() as connection:
                pending.store_unknowns(
                    connection,
                    sorted(self._unreadable),
                    PROFILE,
                    self._run.now,
                    because=pending.UNREADABLE,
                )

    def _store_unknown(self) -> None:
        if self._unknown:
            with self._database.write() as connection:
                pending.store_unknowns(connection, self._unknown, PROFILE, self._run.now)
            self._unknown = []
