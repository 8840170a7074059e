"""How often questions are asked again that failed."""

from __future__ import annotations

from spock_core.domain.errors import TransientError, UnknownSymbol


class Rounds:
    """How often questions that failed are asked again, when all others were.

    A round in which the provider asked for fewer requests does not count, if it answered some of
    the questions or none at all: how long the latter is borne is bounded by its circuit breaker.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._waiting = 0
        self._answered = self._throttled = False

    def next(self, waiting: int) -> bool:
        """Begins a round of so many questions. Returns whether there is one."""
        shorter = waiting < self._waiting
        self._left += self._throttled and (shorter or not self._answered)
        self._left -= 1
        self._waiting = waiting
        self._answered = self._throttled = False
        return self._left >= 0

    def note(self, error: BaseException | None) -> None:
        """Notes what became of a question: an answer, or an error."""
        self._answered |= error is None or isinstance(error, UnknownSymbol)
        self._throttled |= isinstance(error, TransientError) and error.outcome == "http_429"
