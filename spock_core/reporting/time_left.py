"""How many requests of a run are made and still to make, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable

from spock_core.domain.events import RequestMade
from spock_core.domain.results import Planned


class TimeLeft:
    """Counts requests to the provider whose rate is limited: all others are over in a moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.planned = 0
        """Requests that the plan expects, or that were made if these are more."""
        self.made = 0
        """Those made so far, retries included."""
        self._rate = 0.0
        self._began: float | None = None
        self._clock = clock

    def plan(self, planned: Planned) -> None:
        """Notes what the plan expects."""
        self.planned = sum(planned.requests.values())
        self.made, self._began = 0, None

    def count(self, event: RequestMade) -> None:
        """Counts a request, and notes the present rate."""
        if event.rate is None:
            return
        now = self._clock()
        self._began = now if self._began is None else self._began
        self.made += 1
        self.planned = max(self.planned, self.made)
        measured = (self.made - 1) / (now - self._began) if now > self._began else event.rate
        self._rate = min(event.rate, measured) if self.made > 1 else event.rate

    @property
    def seconds(self) -> float:
        """The time that the requests still to make take at the present rate."""
        return (self.planned - self.made) / self._rate if self._rate else 0.0

    @property
    def made_text(self) -> str:
        """Requests made, for the end; empty if none was."""
        return f"{self.made:,} requests" if self.made else ""

    def __str__(self) -> str:
        """Requests made and planned, and the time left; empty before the first request."""
        if not self.made:
            return ""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{self.made:,}/{self.planned:,} requests, {minutes}:{seconds:02} left"
