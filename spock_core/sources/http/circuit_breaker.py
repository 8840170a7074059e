"""A circuit breaker: once a provider is down, no more requests are made to it in this run.

Where several processes ask, the requests of all of them count, and what one gives up the others
give up, unless one of them gets an answer.

Not a library: pybreaker and similar libraries count failures alone and probe the provider again
after a time-out. A nightly run needs bounds on the sums of requests and seconds, and its next probe
is the next run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from spock_core.domain.errors import ProviderDown
from spock_core.sources.http.bounds import Bounds, Patience
from spock_core.sources.http.common import Common


class CircuitBreaker:
    """Counts requests and seconds since the last decoded answer, over all threads.

    Once open, it stays open.
    """

    def __init__(
        self,
        provider: str,
        bounds: Bounds = Bounds(),  # noqa: B008  immutable
        patience: Patience | None = None,
        rest: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        common: Common | None = None,
    ) -> None:
        """`patience` is shared by the providers of a run; `rest` says why the provider is left
        alone from the beginning, if it is; `common` tells of other processes."""
        self._provider = provider
        self._bounds = bounds
        self.clock = clock
        self._common = common
        self._made = 0
        """Requests of this process since its last decoded answer."""
        self._under_way = 0
        self._since: float | None = None
        """When the first of them was sent that failed, by the clock."""
        self._opened_at: float | None = None
        self._answered = False
        self._throttled = 0
        """Requests to slow down since the last decoded answer."""
        self._last = "they are under way"
        """What became of the last of them."""
        self._reason = rest
        self._lock = threading.RLock()
        self._share = (patience or Patience()).join(self._spent)
        self.tired = False
        """Whether a question failed after all its retries, and nothing was answered since: the next
        are asked once each, so that neither an outage nor a few bad answers use up the bounds."""
        self.ask_again_s: float | None = None
        """Seconds for which the provider asked to be left alone, where the run leaves it."""

    @property
    def is_open(self) -> bool:
        """Whether requests are refused for the rest of the run."""
        return self._reason is not None

    def check(self) -> None:
        """Raises `ProviderDown` if the circuit breaker is open."""
        if self._reason is not None:
            raise ProviderDown(
                f"no more requests are made to {self._provider} in this run: {self._reason}"
            )

    def check_wait(self, seconds: float) -> None:
        """Gives the provider up instead of a wait that is longer than what is left for it.

        Raises `ProviderDown` then, and if it was given up before.
        """
        with self._lock:
            if self._since is not None and seconds > self.seconds_left():
                self._open()
        self.check()

    def begin(self) -> float:
        """Counts a request that is about to be sent. Returns the seconds that it may take.

        Raises `ProviderDown` if there is no room for it. Call `end` when it has ended.
        """
        with self._lock:
            self._heed_others()
            if self._count() >= self._most():
                self._open()
            self.check()
            self._made += 1
            self._under_way += 1
            if self._common is not None:
                self._common.begin()
            return self.seconds_left()

    def end(self) -> None:
        """Notes that a request has ended, whatever became of it."""
        with self._lock:
            self._under_way -= 1

    def record_answer(self) -> None:
        """Records a decoded answer, which resets all counts. Call it before `end`."""
        with self._lock:
            self._made = self._under_way - 1
            self._throttled = 0
            self._since = None
            self._answered = True
            self.tired = False
            if self._common is not None:
                self._common.record_answer(self._made)

    def record_failure(self, reason: str, seconds: float) -> None:
        """Records that a request failed `seconds` after it was sent. `reason` is for messages."""
        with self._lock:
            if self._since is None:
                self._since = self.clock() - seconds
            self._last = reason
            if self._common is not None:
                self._common.failing = True
            if self._count() >= self._most() or self.seconds_left() <= 0:
                self._open()

    def record_throttling(
        self, reason: str, seconds: float, first_pause_s: float, retry_after: float | None
    ) -> float:
        """Records that the provider asks for fewer requests. Returns the seconds to pause.

        These are what it asks for. If it names nothing, they are `first_pause_s` and double each
        time, up to what spreads the requests that are left over the seconds that are left.
        """
        with self._lock:
            self._throttled += 1
            self.record_failure(reason, seconds)
            if retry_after is None:
                return self.spread_s(first_pause_s, self._throttled)
            if retry_after > self.seconds_left():
                self.ask_again_s = retry_after
                self._last += f"; it asks to be left alone for {retry_after:,.0f} s"
                self._open()
            return 0.0 if self.is_open else retry_after

    def spread_s(self, first_pause_s: float, times: int = 1) -> float:
        """Returns a pause that doubles with `times`, up to what spreads the requests that are left
        over the seconds that are left."""
        with self._lock:
            if self._since is None or self.is_open:
                return 0.0
            share = self.seconds_left() / (max(self._most() - self._count(), 0) + 1)
            return max(min(first_pause_s * 2.0 ** min(times - 1, 60), share), 0.0)

    def seconds_left(self) -> float:
        """Seconds until the provider is given up; infinite while nothing failed."""
        with self._lock:
            allowed = min(self._bounds.seconds, self._share())
            return allowed if self._since is None else allowed - self._spent()

    def _count(self) -> int:
        """Requests since the last decoded answer, with those of other processes."""
        return self._made + (self._common.made_by_others if self._common is not None else 0)

    def _heed_others(self) -> None:
        """Opens if another process has given the provider up."""
        if self._common is not None and self._common.given_up and self._reason is None:
            self._opened_at = self.clock()
            self._reason = f"another process gave it up, {self._common.given_up}"

    def _most(self) -> int:
        if self._throttled and self._answered:
            return self._bounds.throttled
        return self._bounds.requests

    def _spent(self) -> float:
        since, opened_at = self._since, self._opened_at
        if since is None:
            return 0.0
        return (self.clock() if opened_at is None else opened_at) - since

    def _open(self) -> None:
        if self._reason is None:
            seconds = self._spent()
            self._opened_at = self.clock()
            made = self._count()
            count = "1 request" if made == 1 else f"{made} requests"
            self._reason = f"{count} in {seconds:.0f} s brought no answer, the last: {self._last}"
            if self._common is not None:
                self._common.give_up(self._reason)
