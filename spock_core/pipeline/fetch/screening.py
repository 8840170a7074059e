"""Asks the screens of a plan, and judges their answers before anything is concluded from them."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from spock_core.domain import Observation
from spock_core.domain.errors import SpockError, Stopped, UnknownSymbol, Unreadable
from spock_core.domain.source import SCREENER
from spock_core.domain.stock import PendingStock, StockKey
from spock_core.pipeline.fetch import hollow
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.plan import Plan, Screen, in_turn
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.rounds import Rounds
from spock_core.pipeline.fetch.screen_states import ScreenStates
from spock_core.plugins.context import RunContext

ROUNDS = 3
"""How often a screen is asked in all: one that failed is asked again when all others were."""
HOLLOW_IN_A_ROW = 8
"""After so many hollow screens in a row no more are asked in this run."""
MOST_UNREADABLE = 5
"""So many unreadable screens may each have a cause of its own; more are one outage."""
WITNESSES = 3
"""Profiles asked of a doubtful screen at most: the first that Yahoo knows decides."""

if TYPE_CHECKING:
    from spock_core.sources.yahoo.answers import ScreenResult

log = logging.getLogger(__name__)


class Screening:
    """The screens of one plan."""

    def __init__(
        self,
        plan: Plan,
        sectors: Mapping[str, str],
        symbols: Mapping[str, StockKey],
        questions: Questions,
        outcome: FetchOutcome,
        states: ScreenStates,
        doubts: Doubts,
        run: RunContext,
    ) -> None:
        """`sectors`: Yahoo's sector by industry; `symbols`: every active stock by its symbol."""
        self.found: dict[StockKey, str] = {}
        """The industry of every stock that a screen had."""
        self.empty: set[str] = set()
        """Industries whose screen had no stock at all."""
        self.missed: list[PendingStock] = []
        """Stocks that the screens should have had and did not; none if a screen failed."""
        self.unsound: set[Screen] = set()
        """Screens that failed or are hollow."""
        self.unreadable: set[Screen] = set()
        """Screens whose answer could not be read, while those of all others are sound."""
        self._plan = plan
        self._sectors = sectors
        self._symbols = symbols
        self._questions = questions
        self._outcome = outcome
        self._states = states
        self._doubts = doubts
        self._run = run
        self._answered: dict[Screen, int] = {}
        """The total of each screen that was answered in full."""
        self._in_a_row = 0
        """Hollow screens since the last sound one."""

    def answers(self) -> Generator[list[Observation], None, None]:
        """Asks all screens. Yields what each said, as it comes."""
        if not self._plan.screened:
            return
        self._states.begin(self._plan.screens)
        rounds = Rounds(ROUNDS)
        while waiting := [one for one in self._plan.screens if one not in self._answered]:
            if self._outcome.down or self._questions.given_up or not rounds.next(len(waiting)):
                break
            yield from self._round(waiting, rounds)
            if self._run.stop.asked:
                return
        self.unsound = yield from self._judge()
        if not self._run.stop.asked:
            self._conclude()

    def _round(
        self, waiting: Sequence[Screen], rounds: Rounds
    ) -> Generator[list[Observation], None, None]:
        for screen, result in self._questions.screens(waiting):
            rounds.note(result.error)
            try:
                listed = self._outcome.answer(result)
            except Stopped:
                continue
            except SpockError as error:
                self._outcome.note_error(error)
                if isinstance(error, Unreadable):
                    self.unreadable.add(screen)
                else:
                    self.unreadable.discard(screen)
                continue
            self.unreadable.discard(screen)
            sector = self._sectors.get(screen.industry, "")
            yield self._said(screen.industry, sector, self._names(listed))
            canaries = self._plan.canaries.get(screen, frozenset())
            if not listed.complete:
                self._note_hollow(
                    f"the screen of {screen.industry} has {len(listed.quotes):,} of the "
                    f"{listed.total:,} stocks that it counts"
                )
                continue
            self._answered[screen] = listed.total
            if not listed.total:
                self.empty.add(screen.industry)
            if not self._is_doubtful(screen):
                self._in_a_row = 0
                self._states.note_answer(screen)
            elif not canaries & self.found.keys():
                self._note_hollow(_lacks(screen, len(canaries)))

    def _names(self, listed: ScreenResult) -> dict[StockKey, str]:
        """Yahoo's names of the stocks in a screen that the register has."""
        symbols = self._symbols
        return {symbols[one.symbol]: one.name for one in listed.quotes if one.symbol in symbols}

    def _said(self, industry: str, sector: str, names: Mapping[StockKey, str]) -> list[Observation]:
        """What a screen said. Of a stock that two screens have, the first by name counts."""
        self._outcome.note_word(industry)
        fresh = [key for key in names if self.found.get(key, "~") > industry]
        self.found.update(dict.fromkeys(fresh, industry))
        words = {"industry": industry, "sector": sector}
        said = {key: Observation(*key, SCREENER, words, self._run.now) for key in fresh}
        return [one for key, one in said.items() if self._doubts.counts(one, names[key])]

    def _note_hollow(self, reason: str) -> None:
        self._outcome.note_error(reason)
        self._in_a_row += 1
        if self._in_a_row >= HOLLOW_IN_A_ROW:
            self._questions.give_up()

    def _is_doubtful(self, screen: Screen) -> bool:
        canaries = self._plan.canaries.get(screen, frozenset())
        stocks = len(self._plan.screened)
        emptied = hollow.is_emptied(screen.industry, self._answered[screen], stocks)
        return hollow.is_doubtful(canaries, self.found) or (emptied and not canaries)

    def _judge(self) -> Generator[list[Observation], None, set[Screen]]:
        """Returns the screens that failed or are hollow."""
        unsound = {screen for screen in self._plan.screens if screen not in self._answered}
        everywhere = self._lost_everywhere()
        if everywhere is not None:
            self._outcome.note_error(everywhere)
            self._states.forget()  # what seemed sound is asked again as well
            return set(self._plan.screens)
        doubtful = [screen for screen in self._answered if self._is_doubtful(screen)]
        for screen in doubtful:
            explained = False
            if len(doubtful) <= hollow.MOST_WITNESSES and not self._questions.given_up:
                explained = yield from self._witness(screen)
            if explained:
                self._states.note_answer(screen)
                continue
            unsound.add(screen)
            lost = self._plan.canaries.get(screen, frozenset()) - self.found.keys()
            self._outcome.note_error(_lacks(screen, len(lost)))
        return unsound

    def _lost_everywhere(self) -> str | None:
        """Why all screens together are hollow; None if they are not."""
        stocks = len(self._plan.screened)
        is_whole = bool(self._answered) and not self._plan.goes_on
        if is_whole and not self.found and stocks >= hollow.FEWEST_UNKNOWN:
            return f"the screens have none of {stocks:,} stocks"
        canaries = {key for screen in self._answered for key in self._plan.canaries.get(screen, ())}
        exchange_of = {one.key: one.exchange for one in self._plan.known}
        exchange = hollow.lost_everywhere(canaries, self.found, exchange_of)
        if exchange is None:
            return None
        return f"the screens lack most of the stocks of {exchange} that were in them before"

    def _witness(self, screen: Screen) -> Generator[list[Observation], None, bool]:
        """Asks profiles of stocks that a screen lacks. Returns whether its industry was renamed.

        A stock that is still in the industry shows that the screen is hollow; one that is in an
        industry with a new name leads to the screen that has the others.
        """
        canaries = self._plan.canaries.get(screen, frozenset())
        symbol_of = {key: symbol for symbol, key in self._symbols.items()}
        lost = sorted(key for key in canaries - self.found.keys() if key in symbol_of)
        for key in lost[:: max(len(lost) // WITNESSES, 1)][:WITNESSES]:
            result = self._questions.profile(symbol_of[key])
            if result is None:
                return False
            try:
                profile = self._outcome.answer(result)
            except UnknownSymbol:
                continue
            except SpockError as error:
                self._outcome.note_error(error)
                return False
            word = profile.industry
            if word == screen.industry:
                return False
            if word and all(one.industry != word for one in self._answered):
                renamed = yield from self._renamed(screen, word, profile.sector)
                if renamed:
                    return True
        return False

    def _renamed(
        self, screen: Screen, word: str, sector: str
    ) -> Generator[list[Observation], None, bool]:
        for _, result in self._questions.screens([screen._replace(industry=word)]):
            try:
                listed = self._outcome.answer(result)
            except SpockError as error:
                self._outcome.note_error(error)
                return False
            names = self._names(listed)
            has_them = not hollow.is_doubtful(self._plan.canaries[screen], {*self.found, *names})
            if listed.complete and has_them:
                log.warning("yahoo: the industry %r is now called %r", screen.industry, word)
                yield self._said(word, sector, names)
                return True
        return False

    def _conclude(self) -> None:
        """Without all screens nothing is concluded of the stocks that none of the others had."""
        missed = [stock for stock in self._plan.screened if stock.key not in self.found]
        if not self._are_few_unreadable():
            self.unreadable = set()
        if self.unsound > self.unreadable:
            self._outcome.fail(stock.key for stock in missed)
            self._outcome.failed_regions |= {stock.key.region for stock in self._plan.screened}
            return
        if not self.unreadable:
            self._outcome.error = None
        self.missed = in_turn(sorted(missed, key=lambda stock: stock.key))

    def _are_few_unreadable(self) -> bool:
        """Whether the unreadable answers are single ones: others were read, or they are the same
        that were unreadable before. Many at once are an outage."""
        few = 0 < len(self.unreadable) <= MOST_UNREADABLE
        return few and bool(self._answered or all(one.unreadable for one in self._plan.screened))


def _lacks(screen: Screen, lost: int) -> str:
    if not lost:
        return f"the screen of {screen.industry} is empty, which usually has hundreds of stocks"
    return f"the screen of {screen.industry} lacks {lost:,} stocks that were in it before"
