"""Keeps in the register which screens of a plan were answered, so that a later run goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from spock_core.domain.stock import GroupFailure, StockKey
from spock_core.pipeline.fetch.costs import Screen
from spock_core.pipeline.fetch.plan import Plan
from spock_core.pipeline.fetch.planner import STILL_HOLDS
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import failed_screens, pending, screens


class ScreenStates:
    """The screens of one plan in the register."""

    def __init__(self, plan: Plan, database: Database, run: RunContext) -> None:
        self._source = plan.provider.groups_name
        self._venues = plan.venues
        self._database = database
        self._run = run

    def begin(self, planned: Iterable[Screen]) -> None:
        """Notes which screens are to be asked.

        A forced run asks everything, whatever an earlier one left unfinished.
        """
        now = self._run.now
        keys = [(screen.group, screen.venues) for screen in planned]
        with self._database.write() as connection:
            if self._run.settings.force_refresh:
                screens.forget_screens(connection, self._source, self._venues)
            else:
                screens.begin_screens(
                    connection, self._source, keys, self._venues, now, now - STILL_HOLDS
                )

    def answered(self, screen: Screen) -> screens.AnsweredScreen:
        """Returns how the register names a screen that was answered in full."""
        return screens.AnsweredScreen(self._source, screen.group, screen.venues)

    def note_answer(self, screen: Screen) -> None:
        """Notes that a screen was answered in full, and its stocks are stored."""
        with self._database.write() as connection:
            screens.note_answer(connection, self.answered(screen), self._run.now)

    def end(
        self,
        planned: Iterable[Screen],
        failed: Mapping[Screen, GroupFailure],
        missed: Collection[StockKey],
    ) -> None:
        """Notes that all planned screens were answered but the failed ones, and which stocks are in
        no group."""
        questions = {(one.group, one.venues): because for one, because in failed.items()}
        answered = [(one.group, one.venues) for one in planned if one not in failed]
        with self._database.write() as connection:
            pending.store_unknowns(connection, missed, self._source, self._run.now)
            failed_screens.forget_failed(connection, self._source, answered)
            failed_screens.note_failed(connection, self._source, questions, self._run.now)
            screens.forget_screens(connection, self._source, self._venues)

    def forget(self) -> None:
        """The next run asks all of them again."""
        with self._database.write() as connection:
            screens.forget_screens(connection, self._source, self._venues)
