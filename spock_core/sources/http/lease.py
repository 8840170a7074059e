"""The moments that one process may use, while others ask the same provider.

A process that asks alone takes a second at a time, so that it is as quick as without others and
pays one statement a second. As soon as it hears of another one, each takes only as many moments as
it has requests waiting: so none is lost, and one busy process can use the whole rate.
"""

from __future__ import annotations

import math

from spock_core.domain.workers.shared_rate import Grant
from spock_core.sources.http.common import Common

ALONE_S = 1.0
"""Seconds that a process takes at once while it is alone: so long another one waits that begins."""
WITHIN_S = 0.5
"""Moments are taken at most so many seconds ahead. What is taken already is used, so that a pause
that another process was asked for reaches this one so much later."""
QUIET_S = 5.0
"""After so many seconds without another process, this one is alone again."""
LATE_S = 0.025
"""So much later than its moment a request may still pass. With the limiter's margin of 5 %, no
second holds more requests than the rate up to twice that."""
TAKEN_LATE_S = 0.015
"""So much of it may be over when a moment is taken; the rest is for what happens until a request
passes."""
_ROUNDING_S = 1e-6


class Lease:
    """Moments from one point in time on, evenly spaced. Not thread-safe: the limiter's lock holds.

    All times are seconds of the limiter's clock.
    """

    def __init__(self, common: Common, *, alone: bool) -> None:
        """`alone`: whether no other process is known of."""
        self._common = common
        self._until = -math.inf
        self._late_s = LATE_S
        self._disturbed_at: float | None = -math.inf if alone else None
        """When another process was last heard of; None before the first look at the clock."""
        self.raised = 0.0
        """By how much quick responses raise the share of the ceiling, not yet told."""
        self.has_grid = not alone
        """Whether moments keep their distance from the first one, however late each is used.
        Otherwise the next one is counted from when a request passed, as only a process can afford
        that is alone: the moments at the end are lost."""

    def next_moment(self, moment: float, now: float, spacing: float) -> float:
        """The first moment that can still be used: this one, or one that follows it."""
        if not self.has_grid:
            return max(moment, now)
        if now <= moment + self._late_s:
            return moment
        return moment + math.ceil((now - self._late_s - moment) / spacing) * spacing

    def holds(self, end: float) -> bool:
        """Whether a moment that lasts until `end` belongs to this process."""
        return end <= self._until + _ROUNDING_S

    def renew(
        self, moment: float, now: float, waiting: int, interval_s: float, share: float
    ) -> Grant:
        """Takes moments for the threads that wait, or for a second. Raises `StoreError`.

        `interval_s`: their distance at the ceiling; `share`: of the ceiling, as last heard of.
        """
        if self._disturbed_at is None:
            self._disturbed_at = now
        alone = now - self._disturbed_at >= QUIET_S and not self._common.failing
        wanted = 1 if self._common.failing else waiting
        few = min(wanted, max(int(WITHIN_S * share / interval_s), 1))
        before = self._common.turn
        grant = self._common.reserve(
            slots=few,
            alone=max(int(ALONE_S * share / interval_s), few) if alone else few,
            interval_s=interval_s,
            within_s=WITHIN_S,
            late_s=0.0 if alone else TAKEN_LATE_S,
            unused_s=max(self._until - max(moment, now), 0.0),
            raised=self.raised,
        )
        self.raised = 0.0
        if grant.turn != before + 1:
            alone, self._disturbed_at = False, now
        self.has_grid = not alone
        return grant

    def begin(self, moment: float, seconds: float, took_s: float) -> None:
        """The moments of this process are now those from `moment` on, for so many seconds.

        To ask for them took `took_s`: so much later they may be here than in the register.
        """
        self._until = moment + seconds
        self._late_s = max(LATE_S - took_s, 0.0)

    def slow_down(
        self, moment: float, pause_s: float, factor: float, least: float, share: float
    ) -> float:
        """Slows all processes down; returns the share of the ceiling for all, or `share` if they
        cannot be reached. After a pause, moments begin anew at `moment`."""
        if factor < 1:
            self.raised = 0.0
        if pause_s:
            self._until = moment
        grant = self._common.slow_down(pause_s, factor, least)
        return share if grant is None else grant.share
