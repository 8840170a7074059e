"""Runs tasks on workers, and yields their results to the thread that called, as they come.

Workers only ask and read. All that is classified, written or told to observers happens in the
thread that called: there is one writer, and no observer need be thread-safe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.workers.task_result import TaskResult
from spock_core.plugins.context import RunContext
from spock_core.plugins.faults import reason_of

T = TypeVar("T")
N = TypeVar("N")

GRACE_S = 1.5
"""How long workers may take to end once the run was asked to stop; then they are left behind."""
AHEAD = 2
"""Tasks handed out for each worker, so that none is idle while answers are written."""
_POLL_S = 0.2
"""How often the waiting thread checks for a stop and delivers events."""


class Scheduler:
    """Hands out the tasks of a run."""

    def __init__(self, run: RunContext, most_workers: int) -> None:
        self._run = run
        self._most = most_workers
        self._ended: SimpleQueue[Future[Any]] = SimpleQueue()

    def workers_for(self, tasks: int) -> int:
        """As many workers as there is work for, and no more than allowed."""
        return max(min(self._most, tasks), 1)

    def run(
        self,
        tasks: Iterable[tuple[N, Callable[[], TaskResult[T]]]],
        workers: int,
        executor: Executor | None = None,
    ) -> Iterator[tuple[N, TaskResult[T]]]:
        """Runs tasks, and yields each task's name with its result when it has ended, in any order.

        It uses threads of its own, or the executor given. An error that a task raised becomes its
        result's, and so does that of an executor which takes a task no more or gives it up: what
        was answered before counts. Observers are notified of all that a task reported before its
        result is yielded. Asked to stop, it hands out no more, yields what still ends within
        `GRACE_S`, and leaves the rest behind.
        """
        stop = self._run.stop
        pool = executor or ThreadPoolExecutor(workers, thread_name_prefix="spock")
        waiting = iter(tasks)
        running: dict[Future[TaskResult[T]], N] = {}
        deadline: float | None = None
        try:
            while True:
                while len(running) < AHEAD * workers and not stop.asked:
                    task = next(waiting, None)
                    if task is None:
                        break
                    future = _submitted(pool, task[1])
                    running[future] = task[0]
                    future.add_done_callback(self._ended.put)
                if not running:
                    return
                if stop.asked and deadline is None:
                    deadline = time.monotonic() + GRACE_S
                    for future in [one for one in running if one.cancel()]:
                        del running[future]
                ended = self._next_ended()
                if ended is not None and ended in running:
                    yield running.pop(ended), self._result_of(ended)
                elif ended is None and deadline is not None and time.monotonic() > deadline:
                    stop.abandoned = True
                    return
        finally:
            self._run.deliver()
            for future in running:
                future.cancel()
            if pool is not executor:
                pool.shutdown(wait=False)

    def _next_ended(self) -> Future[Any] | None:
        """The next task that ended; None where none did for a moment."""
        try:
            return self._ended.get(timeout=_POLL_S)
        except Empty:
            return None
        finally:
            self._run.deliver()

    def _result_of(self, future: Future[TaskResult[T]]) -> TaskResult[T]:
        try:
            error = future.exception()
        except CancelledError:
            error = RuntimeError("its executor gave it up")
        if error is not None and not isinstance(error, Exception):
            error = RuntimeError(reason_of(error))  # no interrupt: signals reach the main thread
        result = future.result() if error is None else TaskResult[T](error=error)
        for event in result.events:
            self._run.notify(event)
        return result


def _submitted(pool: Executor, task: Callable[[], TaskResult[T]]) -> Future[TaskResult[T]]:
    """Hands a task to an executor. What the executor raises becomes the task's error."""
    try:
        return pool.submit(task)
    except PLUGIN_FAULTS as error:
        pass_on(error)
        refused: Future[TaskResult[T]] = Future()
        refused.set_exception(error)
        return refused
