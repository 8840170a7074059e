"""What all processes that ask one provider have in common: the rate, the next free moment, and
whether the provider has been given up.

Whoever asks knows no register, and a register knows no requests: they meet here.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol


class Ask(NamedTuple):
    """What one process wants, and what it has to report since it last asked."""

    slots: int
    """Moments that it wants, one for each request."""
    alone: int
    """Moments that it wants instead if nobody else has asked since its last turn."""
    interval_s: float
    """Seconds between two of them while nobody has slowed the provider's rate down."""
    within_s: float
    """No moment is wanted that begins later than so many seconds from now."""
    late_s: float = 0.0
    """A moment that is free may be taken up to so many seconds after it: a request that comes a
    little late makes those that follow it no later."""
    turn: int = 0
    """The turn of its last grant; 0 before the first."""
    unused_s: float = 0.0
    """Seconds at the end of its last grant that it does not need. Nobody else has them: they are
    given back unless another process has asked since."""
    raised: float = 0.0
    """By how much quick responses raise the share of the ceiling."""
    answered: bool = False
    """Whether an answer was decoded."""
    made: int = 0
    """Requests to add to those without an answer; all of them if `answered`."""


class Grant(NamedTuple):
    """What a process was given."""

    slots: int
    """Moments that it may use: as many as it wanted, or none if they begin too late."""
    wait_s: float
    """Seconds until the first of them, or until the first that is free; below zero if it has begun.
    """
    share: float
    """The share of the ceiling at which the provider may be asked now, above zero to 1."""
    turn: int
    """Counts whoever asked: the next turn is the next number if nobody else asked in between."""
    made: int
    """Requests of all processes since the last decoded answer."""
    given_up: str | None
    """Why the provider was given up by another process, if it was, and nobody got an answer since.
    """


class SharedRate(Protocol):
    """The common state of one provider. Each method is one atomic step; not thread-safe.

    Raises `StoreError` where the state cannot be reached.
    """

    def reserve(self, ask: Ask) -> Grant:
        """Takes moments that nobody else gets."""

    def slow_down(self, pause_s: float, *, factor: float, least: float) -> Grant:
        """Multiplies the share of the ceiling by `factor`, down to `least`, and hands out no moment
        for `pause_s` seconds."""

    def give_up(self, reason: str) -> None:
        """Tells the others that the provider brings no answers."""


class Rates(Protocol):
    """Where the common state of all providers is kept. Can be pickled, and its `repr` has no
    secret, so that a worker on another machine can be told."""

    def open(self, provider: str) -> AbstractContextManager[SharedRate]:
        """Opens the state of one provider, for one process."""
