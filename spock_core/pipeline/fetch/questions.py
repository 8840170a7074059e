"""Asks a provider the questions of one plan, on the workers of a run or on a plugin's executor."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from spock_core.domain.queries import GroupPage, Provider, Said
from spock_core.domain.workers.task_result import TaskResult
from spock_core.pipeline.executor import RunExecutor
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from types import TracebackType

    from spock_core.pipeline.fetch.costs import Screen

N = TypeVar("N")
T = TypeVar("T")


class Questions:
    """Asks in a `with` statement; no more questions are handed out once `give_up` was called."""

    def __init__(
        self,
        provider: Provider,
        scheduler: Scheduler,
        executor: RunExecutor,
        run: RunContext,
        region: str,
        questions: int,
    ) -> None:
        """`region`: for which retries count; `questions`: how many will be asked, for the number
        of threads. An executor was made for as many workers as are allowed."""
        self.given_up = False
        self._provider = provider
        self._scheduler = scheduler
        self._run = run
        self._region = region
        self._lent = executor
        self._executor: Executor | None = None
        self._workers = scheduler.workers_for(questions)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        from spock_core.sources.queries.workers import open_worker_config

        opened = open_worker_config(self._run, self._provider, self._region)
        self._config = self._open.enter_context(opened)
        self._executor = self._lent.get() if self._config.site.anywhere else None
        if self._executor is not None:
            self._workers = self._run.settings.max_workers
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

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
        return self._scheduler.run(wanted, self._workers, self._executor)
