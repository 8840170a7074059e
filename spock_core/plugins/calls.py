"""Which plugin each thread is in, and since when."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import NamedTuple


class LeftBehind(BaseException):
    """Raised within a plugin that did not return after the run was asked to stop."""


class Call(NamedTuple):
    """A call of a plugin that has not returned."""

    plugin: str
    where: str
    """The hook, or the method of a source."""
    since: float
    """By `time.monotonic`."""


class Calls:
    """The calls of plugins that have not returned yet, by thread."""

    def __init__(self) -> None:
        self._now: dict[int, Call] = {}
        self.left: set[str] = set()
        """Plugins that were left behind in a call, and are not called any more."""

    def within(self, plugin: str, where: str) -> Within:
        """The block is a call of a plugin by this thread. Calls may be nested."""
        return Within(self._now, Call(plugin, where, time.monotonic()))

    def of(self, thread: int) -> Call | None:
        """Returns the innermost call that a thread is in, if it is in one."""
        return self._now.get(thread)


class Within:
    """What `Calls.within` returns. A class, since it is entered for every listing."""

    __slots__ = ("_before", "_call", "_now")

    def __init__(self, now: dict[int, Call], call: Call) -> None:
        self._now = now
        self._call = call
        self._before: Call | None = None

    def __enter__(self) -> None:
        thread = threading.get_ident()
        self._before = self._now.get(thread)
        self._now[thread] = self._call

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        thread = threading.get_ident()
        if self._before is None:
            self._now.pop(thread, None)
        else:
            self._now[thread] = self._before
