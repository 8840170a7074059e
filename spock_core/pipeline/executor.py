"""The executor of a plugin on which a run asks its questions."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import Executor

from spock_core.domain.errors import UsageError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.plugins.context import RunContext

HOOK = "spock_executor"

log = logging.getLogger(__name__)


class RunExecutor:
    """What the plugins answered to the hook. Nothing is started before the first question."""

    def __init__(self, run: RunContext) -> None:
        """Asks the plugins until one answers. Raises the `UsageError` of a plugin whose executor
        cannot be used as the settings say."""
        self._run = run
        self._open = contextlib.ExitStack()
        self._answers = iter(
            run.plugins.answers(
                HOOK,
                Executor,
                stop=run.stop,
                passed_on=UsageError,
                workers=run.settings.max_workers,
                run=run,
            )
            if run.settings.parallel and run.rates is not None
            else ()
        )
        self._found = self._next()
        if run.settings.parallel and run.rates is None:
            log.info("questions are asked on threads: other processes would not know of the rate")

    def get(self) -> Executor | None:
        """Returns an executor that takes tasks; None for threads.

        One that takes none is reported as its plugin's fault, and the next plugin is asked.
        """
        while self._found is not None:
            name, executor = self._found
            try:
                executor.submit(int)  # one that takes no task is of no use
            except PLUGIN_FAULTS as error:
                pass_on(error, self._run.stop)
                self._run.plugins.report_fault(name, HOOK, error)
                self._found = self._next()
                continue
            log.info("questions are asked on the executor of %s", name)
            return executor
        return None

    def close(self) -> None:
        """Shuts down what was answered."""
        self._open.close()

    def _next(self) -> tuple[str, Executor] | None:
        found = next(self._answers, None)
        if found is not None:
            self._open.callback(self._shut_down, *found)
        return found

    def _shut_down(self, name: str, executor: Executor) -> None:
        try:
            executor.shutdown(wait=False)  # all that executors of any kind have in common
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._run.plugins.report_fault(name, HOOK, error)


@contextlib.contextmanager
def open_executor(run: RunContext) -> Iterator[RunExecutor]:
    """Asks the plugins for an executor, and shuts it down at the end.

    Call it before any work: raises the `UsageError` of a plugin whose executor cannot be had.
    """
    executor = RunExecutor(run)
    try:
        yield executor
    finally:
        executor.close()
