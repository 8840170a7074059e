"""Asks a provider the questions of one plan, on the workers of a run or on a plugin's executor."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.queries import GroupPage, Provider, Said
from spock_core.domain.workers.task_result import TaskResult
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext

if TYPE_CHECKING:
    from types import TracebackType

    from spock_core.pipeline.fetch.costs import Screen

HOOK = "spock_executor"

log = logging.getLogger(__name__)

N = TypeVar("N")
T = TypeVar("T")


class Questions:
    """Asks in a `with` statement; no more questions are handed out once `give_up` was called."""

    def __init__(
        self, provider: Provider, scheduler: Scheduler, run: RunContext, region: str, questions: int
    ) -> None:
        """`region`: for which retries count; `questions`: how many will be asked, for the number
        of workers."""
        self.given_up = False
        self._provider = provider
        self._scheduler = scheduler
        self._run = run
        self._region = region
        self._workers = scheduler.workers_for(questions)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        from spock_core.sources.queries.workers import open_worker_config

        opened = open_worker_config(self._run, self._provider, self._region)
        self._config = self._open.enter_context(opened)
        self._executor = _executor(self._run, self._workers) if self._config.site.anywhere else None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        if self._executor is not None:
            name, executor = self._executor
            try:
                executor.shutdown(wait=False)  # all that executors of any kind have in common
            except PLUGIN_FAULTS as fault:
                pass_on(fault)
                self._run.plugins.report_fault(name, HOOK, fault)

    def give_up(self) -> None:
        """Hands out no more questions: what the provider answers is of no use."""
        self.given_up = True

    def screens(self, screens: Iterable[Screen]) -> Iterator[tuple[Screen, TaskResult[GroupPage]]]:
        """Asks screens, and yields each with its answer as it comes."""
        from spock_core.sources.queries.workers import ask_group

        return self._ask(
            (screen, partial(ask_group, self._config, screen.group, screen.venues))
            for screen in screens
        )

    def present(
        self, batches: Iterable[tuple[N, tuple[str, ...]]]
    ) -> Iterator[tuple[N, TaskResult[frozenset[str]]]]:
        """Asks which of many symbols are known, and yields each batch's name with its answer."""
        from spock_core.sources.queries.workers import ask_present

        return self._ask(
            (name, partial(ask_present, self._config, symbols)) for name, symbols in batches
        )

    def stocks(
        self, batches: Iterable[tuple[N, tuple[str, ...]]]
    ) -> Iterator[tuple[N, TaskResult[Mapping[str, Said]]]]:
        """Asks about a few symbols at once, and yields each batch's name with its answer as it
        comes."""
        from spock_core.sources.queries.workers import ask_stocks

        return self._ask(
            (name, partial(ask_stocks, self._config, symbols)) for name, symbols in batches
        )

    def stock(self, symbol: str) -> TaskResult[Mapping[str, Said]] | None:
        """Asks about one symbol at once; None if the run was asked to stop."""
        return next((result for _, result in self.stocks([(symbol, (symbol,))])), None)

    def _ask(
        self, tasks: Iterable[tuple[N, Callable[[], TaskResult[T]]]]
    ) -> Iterator[tuple[N, TaskResult[T]]]:
        wanted = (task for task in tasks if not self.given_up)
        executor = self._executor[1] if self._executor is not None else None
        return self._scheduler.run(wanted, self._workers, executor)


def _executor(run: RunContext, workers: int) -> tuple[str, Executor] | None:
    """A plugin's executor and the plugin's name; None for threads."""
    if not run.settings.parallel:
        return None
    if run.rates is None:
        log.info("questions are asked on threads: other processes would not know of the rate")
        return None
    for name, executor in run.plugins.answers(
        HOOK, Executor, stop=run.stop, workers=workers, run=run
    ):
        try:
            executor.submit(int)  # tries it out: one that takes no task is of no use
        except PLUGIN_FAULTS as error:
            pass_on(error, run.stop)
            run.plugins.report_fault(name, HOOK, error)
            continue
        log.info("questions are asked on the executor of %s", name)
        return name, executor
    return None
