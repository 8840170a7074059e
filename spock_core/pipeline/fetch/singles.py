"""Asks about stocks one by one, and proves that symbols are known before they are believed not
to be."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence

from spock_core.domain import Observation
from spock_core.domain.errors import SpockError, Stopped, Unreadable
from spock_core.domain.identifiers import valid_identifiers
from spock_core.domain.queries import Said
from spock_core.domain.stock import PendingStock, StockKey
from spock_core.pipeline.fetch.day_budget import DayBudget
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.hollow import FEWEST_UNKNOWN
from spock_core.pipeline.fetch.outcome import Answer, FetchOutcome
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.proof import is_answering
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.rounds import Rounds
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending
from spock_core.store.identifiers import write_identifiers

log = logging.getLogger(__name__)

ROUNDS = 2
"""How often a stock is asked about in all: one that failed is asked about again when all others
were."""
BATCH = 10
"""Stocks that are stored together, and so the requests that a kill may cost."""
CHUNK = 40
"""Stocks after which is looked whether unknown ones must be proved, and what the day's budget
leaves."""
FEWEST_FORMER = 2
"""So many stocks that were known before, and now are not, must be proved."""
FEWEST_ALIKE = 30
"""So many stocks in a row of which all the same is said, name and identifiers included, are an
outage. Public Storage had 15 classes of shares in the US in 2022-09, the most of all."""
MOST_UNREADABLE = 10
"""So many unreadable answers may each have a cause of its own; more are one outage."""


class Singles:
    """The questions about stocks of one plan."""

    def __init__(
        self,
        plan: Plan,
        questions: Questions,
        outcome: FetchOutcome,
        canaries: Mapping[StockKey, str],
        doubts: Doubts,
        database: Database,
        run: RunContext,
    ) -> None:
        """`canaries`: stocks that the provider is known to know and their symbols, the best
        first."""
        self.answered: dict[StockKey, str] = {}
        """The group of each stock that was told of; empty if the provider has no groups."""
        self._source = plan.provider.singles_name
        groups = plan.provider.groups
        self._group_word = groups.group_word if groups is not None else ""
        self._most = plan.abilities.most_symbols
        self._decides = plan.decides
        self._questions = questions
        self._outcome = outcome
        self._budget = DayBudget(self._source, plan.abilities, database, run.now)
        self._canaries = canaries
        self._told: list[tuple[StockKey, str]] = []
        self._doubts = doubts
        self._database = database
        self._run = run
        self._unproven: list[PendingStock] = []
        """Stocks that are unknown, since one was last known."""
        self._unreadable: set[StockKey] = set()
        """Stocks whose last answer could not be read."""
        self._unknown: list[StockKey] = []
        """Stocks that are unknown, while others were known."""
        self._identifiers: dict[StockKey, dict[str, str]] = {}
        """Valid identifiers that were told and are not stored yet."""
        self._refused = 0
        self._heard: list[tuple[Observation, Said]] = []
        """What was said and is not believed yet."""
        self._last: Said | None = None
        self._alike: list[StockKey] = []
        """Stocks in a row of which the same was said as of the last."""

    def answers(self, stocks: Sequence[PendingStock]) -> Generator[Answer, None, None]:
        """Asks about these stocks; about those that failed again after all others. Yields what was
        said of a few at a time."""
        waiting = list(stocks)
        rounds = Rounds(ROUNDS)
        while waiting and not self._ends() and rounds.next(len(waiting)):
            left: list[PendingStock] = []
            for start in range(0, len(waiting), CHUNK):
                chunk = waiting[start : start + CHUNK]
                if self._ends():
                    left += chunk
                    continue
                chunk, beyond = self._budget.part(chunk)
                self._outcome.leave(len(beyond))
                left += yield from self._chunk(chunk, rounds)
                if len(self._alike) >= FEWEST_ALIKE:
                    self._refuse_alike()
                if self._must_prove() and not self._run.stop.asked and not self._prove():
                    self._refuse()
            waiting = left
        self._alike = []  # they were too few
        yield Answer(self._ready())
        if not self._run.stop.asked:
            self._outcome.fail(stock.key for stock in waiting)
            self._store_unreadable()
        if not self._must_prove():
            self._believe()
        self._store_unknown()
        if self._refused:
            log.warning("%s states %d invalid identifiers", self._source, self._refused)

    def _ends(self) -> bool:
        """Whether no more questions are asked."""
        return self._run.stop.asked or self._outcome.down or self._questions.given_up

    def _chunk(
        self, stocks: Sequence[PendingStock], rounds: Rounds
    ) -> Generator[Answer, None, list[PendingStock]]:
        """Returns the stocks whose question failed."""
        failed: list[PendingStock] = []
        batches = [stocks[at : at + self._most] for at in range(0, len(stocks), self._most)]
        named = ((batch, tuple(one.symbol for one in batch)) for batch in batches)
        for batch, result in self._questions.stocks(named):
            rounds.note(result.error)
            try:
                answer = self._outcome.answer(result)
            except Stopped:
                continue
            except SpockError as error:
                self._outcome.note_error(error)
                failed += batch
                if isinstance(error, Unreadable):
                    self._unreadable.update(stock.key for stock in batch)
            else:
                for stock in batch:
                    self._unreadable.discard(stock.key)
                    self._take(stock, answer.get(stock.symbol))
            if len(self._heard) + len(self._unknown) >= BATCH:
                yield Answer(self._ready())
                self._store_unknown()
        yield Answer(self._ready())
        return failed

    def _ready(self) -> list[Observation]:
        """What can be stored: all that was said but for the last answer, and those before it that
        are like it. What is not believed settles no doubt."""
        held = {*self._alike}
        heard, self._heard = self._heard, []
        ready = []
        for answer, said in heard:
            key = StockKey(answer.region, answer.ticker)
            if key in held:
                self._heard.append((answer, said))
            elif not self._decides or self._doubts.counts(answer, said.name):
                ready.append(answer)
                valid, refused = valid_identifiers(said.identifiers)
                self._refused += refused
                if valid:
                    self._identifiers[key] = valid
        self._store_identifiers()
        return ready

    def _take(self, stock: PendingStock, said: Said | None) -> None:
        """Hears what is said of a stock."""
        if said is None or not (said.words or said.identifiers):
            self._unproven.append(stock)
            return
        self._compare(stock, said)
        group = said.words.get(self._group_word, "")
        self._outcome.note_group(group)
        self.answered[stock.key] = group
        self._told.append((stock.key, stock.symbol))
        words = said.words or said.identifiers
        self._heard.append((Observation(*stock.key, self._source, words, self._run.now), said))
        self._believe()

    def _compare(self, stock: PendingStock, said: Said) -> None:
        """Notes whether the same is said of a stock as of the last ones. What was said of too many
        is not believed any more when something else follows."""
        if said == self._last and (said.name or any(said.identifiers.values())):
            self._alike.append(stock.key)
        elif len(self._alike) < FEWEST_ALIKE:
            self._alike, self._last = [stock.key], said

    def _must_prove(self) -> bool:
        """Whether so many are unknown in a row that it may be an outage."""
        former = sum(stock.group is not None for stock in self._unproven)
        return len(self._unproven) >= FEWEST_UNKNOWN or former >= FEWEST_FORMER

    def _prove(self) -> bool:
        """Asks about stocks that the provider is known to know. Returns whether it still does."""
        unknown = {*self._unknown, *(stock.key for stock in self._unproven)}
        sure = (*reversed(self._told), *self._canaries.items())
        others = (symbol for key, symbol in sure if key not in unknown)
        answering = is_answering(self._questions, self._outcome, others)
        if answering:
            self._believe()
        return answering is not False  # if the run stops, what is unproven is not stored

    def _refuse_alike(self) -> None:
        """What was said of many stocks in a row was said of none of them."""
        refused = {*self._alike}
        self._outcome.note_error(f"it says the same of {len(refused):,} stocks in a row")
        self._outcome.fail(refused)
        self._heard = [
            one for one in self._heard if StockKey(one[0].region, one[0].ticker) not in refused
        ]
        for key in refused:
            self.answered.pop(key, None)
        self._told = [one for one in self._told if one[0] not in refused]
        self._alike = []
        self._questions.give_up()

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
                    self._source,
                    self._run.now,
                    because=pending.UNREADABLE,
                )

    def _store_identifiers(self) -> None:
        if self._identifiers:
            self._doubts.compare_identifiers(self._source, self._identifiers)
            with self._database.write() as connection:
                write_identifiers(connection, self._source, self._identifiers, self._run.now)
            self._identifiers = {}

    def _store_unknown(self) -> None:
        if self._unknown:
            with self._database.write() as connection:
                pending.store_unknowns(connection, self._unknown, self._source, self._run.now)
            self._unknown = []
