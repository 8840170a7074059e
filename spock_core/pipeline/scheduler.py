"""Runs tasks on workers, and hands what they give to the thread that asked, as it comes.

Workers only ask and read. All that is concluded, written or told to observers happens in the thread
that called: there is one writer, and no observer need be thread-safe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from spock_core.domain.stop import Stop
from spock_core.plugins.context import Tell

T = TypeVar("T")
N = TypeVar("N")

GRACE_S = 3.0
"""How long workers may take to end once the run was asked to stop; then they are left behind."""
AHEAD = 2
"""Tasks for each worker that are handed out, so that none waits while answers are written."""
_GLANCE_S = 0.2
"""How often the waiting thread looks whether it was asked to stop."""


@dataclass(frozen=True, slots=True)
class Done(Generic[N, T]):
    """A task that ended."""

    name: N
    """What the task was given as."""
    value: T | None = None
    error: BaseException | None = None
    """Why there is no value."""

    def result(self) -> T:
        """The value. Raises the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]


class Scheduler:
    """Hands out the tasks of a run."""

    def __init__(self, tell: Tell, stop: Stop, most_workers: int) -> None:
        self._tell = tell
        self._stop = stop
        self._most = most_workers
        self._inbox: SimpleQueue[Future[Any] | tuple[str, dict[str, Any]]] = SimpleQueue()

    def tell(self, hook: str, values: dict[str, Any]) -> None:
        """Tells observers of an event, from a worker: they hear it in the thread that called."""
        self._inbox.put((hook, values))

    def workers_for(self, tasks: int) -> int:
        """As many workers as there is work for, and no more than allowed."""
        return max(min(self._most, tasks), 1)

    def run(
        self,
        tasks: Iterable[tuple[N, Callable[[], T]]],
        workers: int,
        executor: Executor | None = None,
    ) -> Iterator[Done[N, T]]:
        """Runs tasks, and gives each when it has ended, in whatever order that is.

        On threads of its own, or on the executor given. Asked to stop, it hands out no more, gives
        what still ends within `GRACE_S`, and leaves the rest behind.
        """
        pool = executor or ThreadPoolExecutor(workers, thread_name_prefix="spock")
        waiting = iter(tasks)
        flying: dict[Future[Any], N] = {}
        deadline: float | None = None
        try:
            while True:
                while len(flying) < AHEAD * workers and not self._stop.asked:
                    task = next(waiting, None)
                    if task is None:
                        break
                    future = pool.submit(task[1])
                    flying[future] = task[0]
                    future.add_done_callback(self._inbox.put)
                if not flying:
                    return
                if self._stop.asked and deadline is None:
                    deadline = time.monotonic() + GRACE_S
                    for future in [one for one in flying if one.cancel()]:
                        del flying[future]
                if deadline is not None and time.monotonic() > deadline:
                    self._stop.abandoned = True
                    return
                ended = self._next_done()
                if ended is not None and ended in flying:
                    name = flying.pop(ended)
                    error = ended.exception()
                    yield Done(name, None if error else ended.result(), error)
        finally:
            for future in flying:
                future.cancel()
            if pool is not executor:
                pool.shutdown(wait=False)

    def _next_done(self) -> Future[Any] | None:
        """The next task that ended; None where an event was told, or nothing came for a moment."""
        try:
            item = self._inbox.get(timeout=_GLANCE_S)
        except Empty:
            return None
        if isinstance(item, Future):
            return item
        hook, values = item
        self._tell(hook, values)
        return None
