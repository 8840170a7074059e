"""One process's part in what all processes that ask a provider have in common.

The rate limiter takes moments through it, and the circuit breaker counts with it the requests that
others made. A process that asks alone has none.
"""

from __future__ import annotations

import logging
import threading

from spock_core.domain.errors import StoreError
from spock_core.domain.workers.shared_rate import Ask, Grant, SharedRate

log = logging.getLogger(__name__)


class Common:
    """Reports what this process did, and hears what the others did. Thread-safe.

    Reports go with the next reservation, so that an answer costs no statement of its own.
    """

    def __init__(self, shared: SharedRate) -> None:
        self._shared = shared
        self._lock = threading.RLock()
        self._turn = 0
        self._begun = 0
        """Requests that this process has begun."""
        self._reported = 0
        """Those that the others know of; more than were begun while moments wait to be used."""
        self._unanswered = 0
        """Requests of this process since its last decoded answer."""
        self._answered = False
        self.failing = False
        """Whether a request of this process failed since its last decoded answer."""
        self.made_by_others = 0
        """Requests of other processes since anybody's last decoded answer."""
        self.given_up: str | None = None
        """Why another process gave the provider up."""

    def begin(self) -> None:
        """Counts a request that is about to be sent."""
        with self._lock:
            self._begun += 1
            self._unanswered += 1

    def record_answer(self, unanswered: int) -> None:
        """Records a decoded answer; so many requests of this process are still under way."""
        with self._lock:
            self._answered = True
            self._unanswered = unanswered
            self.failing = False
            self.made_by_others = 0

    def reserve(
        self, slots: int, alone: int, interval_s: float, within_s: float, **rest: float
    ) -> Grant:
        """Takes moments; `rest`: `late_s`, `unused_s`, `raised` of `Ask`. Raises `StoreError`."""
        with self._lock:
            expected = slots if self.failing else 0
            answered, known = self._answered, self._begun + expected
            ask = Ask(
                slots,
                alone,
                interval_s,
                within_s,
                turn=self._turn,
                answered=answered,
                made=self._unanswered + expected if answered else known - self._reported,
                **rest,
            )
            grant = self._shared.reserve(ask)
            self._answered = False
            self._reported = known
            self._hear(grant, self._unanswered + expected)
            return grant

    @property
    def turn(self) -> int:
        """The turn of this process's last grant; 0 before the first."""
        return self._turn

    def slow_down(self, pause_s: float, factor: float, least: float) -> Grant | None:
        """Slows all processes down; None where they cannot be reached, which the next reservation
        tells."""
        with self._lock:
            try:
                grant = self._shared.slow_down(pause_s, factor=factor, least=least)
            except StoreError as error:
                log.debug("slowing down was not told to other processes: %s", error)
                return None
            if grant.turn == self._turn + 1:  # else others are to be noticed, and spared
                self._turn = grant.turn
            return grant

    def give_up(self, reason: str) -> None:
        """Tells the others that the provider was given up here."""
        with self._lock:
            try:
                self._shared.give_up(reason)
            except StoreError as error:
                log.debug("giving up was not told to other processes: %s", error)

    def _hear(self, grant: Grant, own: int) -> None:
        self._turn = grant.turn
        self.made_by_others = max(grant.made - own, 0)
        self.given_up = grant.given_up
