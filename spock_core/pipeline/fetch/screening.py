"""Asks the screens of a plan, and judges their answers before anything is concluded from them."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence

from spock_core.domain import Observation
from spock_core.domain.errors import SpockError, Stopped, Unreadable
from spock_core.domain.queries import GroupPage
from spock_core.domain.stock import GroupFailure, PendingStock, StockKey
from spock_core.pipeline.fetch import hollow
from spock_core.pipeline.fetch.costs import Screen
from spock_core.pipeline.fetch.doubts import Doubts
from spock_core.pipeline.fetch.outcome import Answer, FetchOutcome
from spock_core.pipeline.fetch.plan import Plan, in_turn
from spock_core.pipeline.fetch.proof import is_answering
from spock_core.pipeline.fetch.questions import Questions
from spock_core.pipeline.fetch.rounds import Rounds
from spock_core.pipeline.fetch.screen_states import ScreenStates
from spock_core.plugins.context import RunContext

ROUNDS = 3
"""How often a screen is asked in all: one that failed is asked again when all others were."""
HOLLOW_IN_A_ROW = 8
"""After so many hollow screens in a row no more are asked in this run."""
WITNESSES = 3
"""Stocks asked about for a doubtful screen at most: the first that is known decides."""

log = logging.getLogger(__name__)


class Screening:
    """The screens of one plan."""

    def __init__(
        self,
        plan: Plan,
        symbols: Mapping[str, StockKey],
        questions: Questions,
        outcome: FetchOutcome,
        states: ScreenStates,
        doubts: Doubts,
        run: RunContext,
    ) -> None:
        """`symbols`: every active stock by its symbol."""
        self.found: dict[StockKey, str] = {}
        """The group of every stock that a screen had."""
        self.empty: set[str] = set()
        """Groups whose screen had no stock at all."""
        self.missed: list[PendingStock] = []
        """Stocks that the screens should have had and did not; none if it is an outage."""
        self.unsound: set[Screen] = set()
        """Screens that failed or are hollow."""
        self.alone: dict[Screen, GroupFailure] = {}
        """These screens, and why, if all others are sound: they cost their own stocks alone."""
        self._plan = plan
        self._source = plan.provider.groups
        self._former = {one.group: one.words for one in plan.known}
        self._expected = hollow.Expectations(plan, len(symbols))
        self._symbols = symbols
        self._questions = questions
        self._outcome = outcome
        self._states = states
        self._doubts = doubts
        self._run = run
        self._why: dict[Screen, GroupFailure] = {}
        """Why the last answer to a screen could not be used."""
        self._answered: dict[Screen, int] = {}
        """The total of each screen that was answered in full."""
        self._in_a_row = 0
        """Hollow screens since the last sound one."""

    def answers(self) -> Generator[Answer, None, None]:
        """Asks all screens. Yields what each said, as it comes."""
        if not self._plan.screened or self._source is None:
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

    def _round(self, waiting: Sequence[Screen], rounds: Rounds) -> Generator[Answer, None, None]:
        for screen, result in self._questions.screens(waiting):
            rounds.note(result.error)
            try:
                listed = self._outcome.answer(result)
            except Stopped:
                continue
            except SpockError as error:
                self._outcome.note_error(error)
                is_nonsense = isinstance(error, Unreadable)
                self._why[screen] = GroupFailure.UNREADABLE if is_nonsense else GroupFailure.FAILED
                continue
            words, names = self._words(screen.group), self._names(listed)
            if self._expected.is_of_others(screen, names, self.found):
                self._why[screen] = GroupFailure.HOLLOW
                self._note_hollow(
                    f"the screen of {screen.group} has {len(names):,} stocks, most of them of "
                    "other groups"
                )
                continue
            said = self._said(screen.group, words, names)
            canaries = self._plan.canaries.get(screen, frozenset())
            if not listed.complete:
                yield Answer(said)
                self._why[screen] = GroupFailure.HOLLOW
                self._note_hollow(
                    f"the screen of {screen.group} has {len(listed.members):,} of the "
                    f"{listed.total:,} stocks that it counts"
                )
                continue
            self._answered[screen] = listed.total
            if not listed.total:
                self.empty.add(screen.group)
            if not self._is_doubtful(screen):
                self._in_a_row = 0
                yield Answer(said, self._states.answered(screen))
                continue
            yield Answer(said)
            if not canaries & self.found.keys():
                self._note_hollow(_lacks(screen, len(canaries)))

    def _words(self, group: str) -> Mapping[str, str]:
        """What membership in a group says; for one that the source does not know, what it said when
        a stock was last seen in it."""
        assert self._source is not None  # noqa: S101  nothing is screened without it
        said_now = {self._source.group_word: group}
        return self._source.words(group) or self._former.get(group, said_now)

    def _names(self, listed: GroupPage) -> dict[StockKey, str]:
        """The provider's names of the stocks in a screen that the register has."""
        symbols = self._symbols
        return {symbols[one.symbol]: one.name for one in listed.members if one.symbol in symbols}

    def _said(
        self, group: str, words: Mapping[str, str], names: Mapping[StockKey, str]
    ) -> list[Observation]:
        """What a screen said. Of a stock that two screens have, the first by name counts."""
        assert self._source is not None  # noqa: S101  nothing is screened without it
        self._outcome.note_group(group)
        fresh = [key for key in names if self.found.get(key, "~") > group]
        self.found.update(dict.fromkeys(fresh, group))
        name = self._source.name
        said = {key: Observation(*key, name, words, self._run.now) for key in fresh}
        return [one for key, one in said.items() if self._doubts.counts(one, names[key])]

    def _note_hollow(self, reason: str) -> None:
        self._outcome.note_error(reason)
        self._in_a_row += 1
        if self._in_a_row >= HOLLOW_IN_A_ROW:
            self._questions.give_up()

    def _is_doubtful(self, screen: Screen) -> bool:
        return self._expected.is_doubtful(screen, self._answered[screen], self.found)

    def _judge(self) -> Generator[Answer, None, set[Screen]]:
        """Returns the screens that failed or are hollow."""
        unsound = {screen for screen in self._plan.screens if screen not in self._answered}
        everywhere = self._expected.lost_everywhere(self._answered, self.found)
        if everywhere is not None:
            self._outcome.note_error(everywhere)
            self._states.forget()  # what seemed sound is asked again as well
            self._why = dict.fromkeys(self._plan.screens, GroupFailure.HOLLOW)
            return set(self._plan.screens)
        doubtful = [screen for screen in self._answered if self._is_doubtful(screen)]
        for screen in doubtful:
            explained = not self._is_doubtful(screen)  # merged with one that was explained
            if (
                not explained
                and len(doubtful) <= hollow.MOST_WITNESSES
                and not self._questions.given_up
            ):
                explained = yield from self._witness(screen)
            if explained:
                self._tell_new_name(screen)
                self._states.note_answer(screen)
                continue
            unsound.add(screen)
            self._why[screen] = GroupFailure.HOLLOW
            lost = self._plan.canaries.get(screen, frozenset()) - self.found.keys()
            self._outcome.note_error(_lacks(screen, len(lost)))
        return unsound

    def _witness(self, screen: Screen) -> Generator[Answer, None, bool]:
        """Asks about stocks that a screen lacks. Returns whether other groups have them now.

        A stock that is still in the group shows that the screen is hollow; one that is in a group
        with a new name leads to the screen that has some of the others or all of them: a group may
        be renamed, merged with another one, or divided.
        """
        if self._source is None or self._plan.provider.singles is None:
            return False
        canaries = self._plan.canaries.get(screen, frozenset())
        symbol_of = {key: symbol for symbol, key in self._symbols.items()}
        asked: set[StockKey] = set()
        for turn in range(WITNESSES):
            lost = sorted((canaries - self.found.keys() - asked) & symbol_of.keys())
            if not lost or not self._is_doubtful(screen):
                break
            key = lost[turn * len(lost) // WITNESSES]
            asked.add(key)
            result = self._questions.stock(symbol_of[key])
            if result is None:
                return False
            try:
                said = self._outcome.answer(result).get(symbol_of[key])
            except SpockError as error:
                self._outcome.note_error(error)
                return False
            word = said.words.get(self._source.group_word, "") if said is not None else ""
            if word == screen.group:
                return False
            is_new = word and all(one.group != word for one in self._answered)
            if said is not None and is_new:
                yield from self._screen_too(screen, word, said.words)
        return not self._is_doubtful(screen)

    def _tell_new_name(self, screen: Screen) -> None:
        """Says what a group is called now whose stocks are in groups that were not planned."""
        planned = {one.group for one in self._plan.screens}
        canaries = self._plan.canaries.get(screen, frozenset())
        names = sorted({self.found[key] for key in canaries & self.found.keys()} - planned)
        if names and self._source is not None:
            what = "has stocks that are now in" if self._answered[screen] else "is now called"
            log.warning(
                "%s: the %s %r %s %s",
                self._plan.provider.name, self._source.group_word, screen.group, what,
                " and ".join(map(repr, names)),
            )  # fmt: skip

    def _screen_too(
        self, screen: Screen, word: str, words: Mapping[str, str]
    ) -> Generator[Answer, None, None]:
        """Asks for the group in which a stock is said to be."""
        for _, result in self._questions.screens([screen._replace(group=word)]):
            try:
                listed = self._outcome.answer(result)
            except SpockError as error:
                self._outcome.note_error(error)
                return
            if listed.complete:
                yield Answer(self._said(word, words, self._names(listed)))

    def _conclude(self) -> None:
        """In an outage nothing is concluded of the stocks that no screen had."""
        missed = [stock for stock in self._plan.screened if stock.key not in self.found]
        if self._fail_alone():
            self.alone = {screen: self._why[screen] for screen in self.unsound}
        elif self.unsound:
            self._outcome.fail(stock.key for stock in missed)
            self._outcome.failed_regions |= {stock.key.region for stock in self._plan.screened}
            return
        else:
            self._outcome.error = None
        self.missed = in_turn(sorted(missed, key=lambda stock: stock.key))

    def _fail_alone(self) -> bool:
        """Whether the screens that failed are single ones, while the provider answers."""
        few = 0 < len(self.unsound) <= hollow.MOST_ALONE
        explained = self.unsound <= self._why.keys()
        if not (few and explained) or self._outcome.down or self._questions.given_up:
            return False
        if any(total for one, total in self._answered.items() if one not in self.unsound):
            return True
        if self.unsound <= self._plan.again:
            return True  # as before, when others were answered
        return self._plan.provider.singles is not None and bool(
            is_answering(self._questions, self._outcome, self._symbols_of_known())
        )

    def _symbols_of_known(self) -> list[str]:
        """The symbols of stocks that the provider has told of, the latest first."""
        symbol_of = {key: symbol for symbol, key in self._symbols.items()}
        return [symbol_of[one.key] for one in self._plan.known if one.key in symbol_of]


def _lacks(screen: Screen, lost: int) -> str:
    if not lost:
        return f"the screen of {screen.group} is empty, which usually has hundreds of stocks"
    return f"the screen of {screen.group} lacks {lost:,} stocks that were in it before"
