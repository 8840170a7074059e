"""Which plugin each thread is in, since when, and how long plugins have taken in all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spock_core.domain.results import SlowPlugin
    from spock_core.plugins.calling.board import Board

SLOW_S = 10.0
"""Seconds in all calls of one hook, or of one method of a source, from which on it is named."""
SLOW_SHARE = 0.2
"""The share of the run's time from which on it is named, if that is `LEAST_S` at least."""
LEAST_S = 1.0
_QUESTIONS = ("ask of source ", "ask_group of source ", "present of source ")
"""Methods that wait for a provider: how long they may is said by its bounds."""
_OF_CORE = "spock_core."
"""The names of core's own plugins begin so: they are names of modules."""

log = logging.getLogger(__name__)


class LeftBehind(BaseException):
    """Raised within a plugin that did not return after the run was asked to stop."""


class Call(NamedTuple):
    """A call of a plugin that has not returned."""

    plugin: str
    where: str
    """The hook, or the method of a source."""
    since: float
    """By `time.monotonic`."""

    @property
    def is_of_core(self) -> bool:
        """Whether the plugin is built in, or an observer that core made for the run."""
        return self.plugin.startswith(_OF_CORE)

    @property
    def is_question(self) -> bool:
        """Whether the plugin asks its provider, and may wait for it."""
        return self.where.startswith(_QUESTIONS)


class Calls:
    """The calls of plugins that have not returned yet, by thread, and the time of all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds since any moment. Time counts in the thread that makes this, since no
        run waits for what workers do."""
        self._clock = clock
        self._measured = threading.get_ident()
        self._now: dict[int, Call] = {}
        self._taken: dict[tuple[str, str], tuple[int, float]] = {}
        self.board: Board | None = None
        """Where another process reads what threads are in."""
        self.left: set[str] = set()
        """Plugins that were left behind in a call, and are not called any more."""

    def within(self, plugin: str, where: str) -> Within:
        """The block is a call of a plugin by this thread. Calls may be nested."""
        return Within(self, Call(plugin, where, self._clock()))

    def of(self, thread: int) -> Call | None:
        """Returns the innermost call that a thread is in, if it is in one."""
        return self._now.get(thread)

    def all(self) -> dict[int, Call]:
        """Returns the innermost call of each thread that is in one."""
        return dict(self._now)

    def taken(self) -> dict[tuple[str, str], tuple[int, float]]:
        """Returns the number of calls of others' plugins and their seconds, by plugin and where."""
        return dict(self._taken)

    def begin(self, call: Call) -> Call | None:
        """This thread is in the call from now on. Returns the one that it was in."""
        thread = threading.get_ident()
        before = self._now.get(thread)
        self._now[thread] = call
        if self.board is not None and not call.is_of_core:
            self.board.show(thread, call[:2])
        return before

    def end(self, call: Call, before: Call | None) -> None:
        """This thread is in the call no more."""
        thread = threading.get_ident()
        if before is None:
            self._now.pop(thread, None)
        else:
            self._now[thread] = before
        if call.is_of_core:
            return
        if self.board is not None:
            self.board.show(thread, None if before is None or before.is_of_core else before[:2])
        if thread == self._measured:
            count, seconds = self._taken.get(call[:2], (0, 0.0))
            self._taken[call[:2]] = count + 1, seconds + self._clock() - call.since


class Within:
    """What `Calls.within` returns. A class, since it is entered for every listing."""

    __slots__ = ("_before", "_call", "_calls")

    def __init__(self, calls: Calls, call: Call) -> None:
        self._calls = calls
        self._call = call
        self._before: Call | None = None

    def __enter__(self) -> None:
        self._before = self._calls.begin(self._call)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calls.end(self._call, self._before)


def slow_plugins(calls: Calls, duration_s: float) -> tuple[SlowPlugin, ...]:
    """Returns what took long in a run of `duration_s` seconds, slowest first, and logs it."""
    from spock_core.domain.results import SlowPlugin  # only a run has one

    least = min(SLOW_S, max(SLOW_SHARE * duration_s, LEAST_S))
    found = [
        SlowPlugin(plugin, where, count, round(seconds, 3))
        for (plugin, where), (count, seconds) in calls.taken().items()
        if seconds >= least
    ]
    found.sort(key=lambda one: (-one.seconds, one.plugin, one.where))
    for one in found:
        log.warning("slow: %s", one)
    return tuple(found)
