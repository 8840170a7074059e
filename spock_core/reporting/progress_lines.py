"""Progress where stderr is no terminal: a line a minute, which stays in a file or a journal."""

from __future__ import annotations

import time
from collections.abc import Callable

from spock_core.domain.events import ListingChanges, RequestMade, StocksClassified
from spock_core.domain.results import Planned
from spock_core.plugins.hookspecs import hookimpl
from spock_core.reporting.standard_streams import tell
from spock_core.reporting.time_left import TimeLeft

INTERVAL_S = 60.0
"""Time between two lines."""


class ProgressLines:
    """An observer that tells how far a run is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._told = clock()
        self._total = self._done = 0
        self._left = TimeLeft(clock)

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        """Counts the region's stocks."""
        self._total += total

    @hookimpl
    def spock_planned(self, planned: Planned) -> None:
        """Notes how many requests are to be made."""
        self._left.plan(planned)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Counts a request."""
        self._left.count(event)
        self._tell_in_time()

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        """Counts stocks that are done."""
        self._done += event.done
        self._tell_in_time()

    def close(self) -> None:
        """Tells how far it came."""
        self._tell(self._left.made_text)

    def _tell_in_time(self) -> None:
        if self._clock() - self._told >= INTERVAL_S:
            self._tell(str(self._left))

    def _tell(self, requests: str) -> None:
        self._told = self._clock()
        minutes, seconds = divmod(round(self._told - self._began), 60)
        share = 100 * self._done // self._total if self._total else 0
        parts = [
            f"stocks: {share}%, {self._done:,}/{self._total:,}", f"{minutes}:{seconds:02}", requests
        ]  # fmt: skip
        tell(", ".join(part for part in parts if part))
