"""Keeps in the register which screens of a plan were answered, so that a later run goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from spock_core.domain.source import SCREENER
from spock_core.domain.stock import StockKey
from spock_core.pipeline.fetch.plan import Screen
from spock_core.pipeline.fetch.planner import STILL_HOLDS
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending, screens, unreadable_screens


class ScreenStates:
    """The screens of one plan in the register."""

    def __init__(self, database: Database, run: RunContext) -> None:
        self._database = database
        self._run = run

    def begin(self, planned: Iterable[Screen]) -> None:
        """Notes which screens are to be asked.

        A forced run asks everything, whatever an earlier one left unfinished.
        """
        now = self._run.now
        keys = [(screen.industry, screen.exchanges) for screen in planned]
        with self._database.write() as connection:
            if self._run.settings.force_refresh:
                screens.forget_screens(connection)
            else:
                screens.begin_screens(connection, keys, now, now - STILL_HOLDS)

    def note_answer(self, screen: Screen) -> None:
        """Notes that a screen was answered in full, and its stocks are stored."""
        with self._database.write() as connection:
            screens.note_answer(connection, screen.industry, screen.exchanges, self._run.now)
            unreadable_screens.forget_unreadable(connection, screen.industry)

    def end(
        self,
        missed: Collection[StockKey],
        unreadable: Collection[Screen],
        theirs: Collection[StockKey],
    ) -> None:
        """Notes that all were answered, and which stocks none of them had.

        `unreadable`: screens whose answer could not be read, and is asked for later and later;
        `theirs`: stocks that may be in them.
        """
        now = self._run.now
        with self._database.write() as connection:
            pending.store_unknowns(connection, missed, SCREENER, now)
            pending.store_unknowns(connection, theirs, SCREENER, now, because=pending.UNREADABLE)
            unreadable_screens.note_unreadable(
                connection, [(one.industry, one.exchanges) for one in unreadable], now
            )
            screens.forget_screens(connection)

    def forget(self) -> None:
        """The next run asks all of them again."""
        with self._database.write() as connection:
            screens.forget_screens(connection)
