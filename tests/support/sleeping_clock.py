"""A clock for tests of rates."""

from __future__ import annotations


class Clock:
    """Time that passes only by sleeping, for all processes of a test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)
