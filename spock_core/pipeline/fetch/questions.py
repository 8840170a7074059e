"""Asks Yahoo the questions of one plan, on the workers of a run or on a plugin's executor."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from spock_core.domain.task_result import TaskResult
from spock_core.pipeline.executor import RunExecutor
from spock_core.pipeline.scheduler import Scheduler
from spock_core.plugins.context import RunContext

if TYPE_CHECKING:
    from types import TracebackType

    from spock_core.pipeline.fetch.plan import Screen
    from spock_core.sources.yahoo.answers import Profile, Quotes, ScreenResult

N = TypeVar("N")
T = TypeVar("T")


class Questions:
    """Asks in a `with` statement; no more questions are handed out once `give_up` was called."""

    def __init__(
        self,
        scheduler: Scheduler,
        executor: RunExecutor,
        run: RunContext,
        region: str,
        questions: int,
    ) -> None:
        """`region`: for which retries count; `questions`: how many will be asked, for the number
        of threads. An executor was made for as many workers as are allowed."""
        self.given_up = False
        self._scheduler = scheduler
        self._run = run
        self._region = region
        self._executor = executor.get()
        self._workers = scheduler.workers_for(questions)
        if self._executor is not None:
            self._workers = run.settings.max_workers
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        from spock_core.sources.yahoo.workers import open_worker_config

        opened = open_worker_config(self._run, self._region, self._workers)
        self._config = self._open.enter_context(opened)
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

    def screens(
        self, screens: Iterable[Screen]
    ) -> Iterator[tuple[Screen, TaskResult[ScreenResult]]]:
        """Asks screens, and yields each with its answer as it comes."""
        from spock_core.sources.yahoo.workers import ask_screen

        return self._ask(
            (screen, partial(ask_screen, self._config, screen.industry, screen.exchanges))
            for screen in screens
        )

    def quotes(
        self, batches: Iterable[tuple[N, tuple[str, ...]]]
    ) -> Iterator[tuple[N, TaskResult[Quotes]]]:
        """Asks about many symbols at once, and yields each batch's name with its answer."""
        from spock_core.sources.yahoo.workers import ask_quotes

        return self._ask(
            (name, partial(ask_quotes, self._config, symbols)) for name, symbols in batches
        )

    def profiles(self, symbols: Iterable[tuple[N, str]]) -> Iterator[tuple[N, TaskResult[Profile]]]:
        """Asks the profiles of symbols, and yields each one's name with its answer as it comes."""
        from spock_core.sources.yahoo.workers import ask_profile

        return self._ask(
            (name, partial(ask_profile, self._config, symbol)) for name, symbol in symbols
        )

    def profile(self, symbol: str) -> TaskResult[Profile] | None:
        """Asks one profile at once; None if the run was asked to stop."""
        return next((result for _, result in self.profiles([(symbol, symbol)])), None)

    def _ask(
        self, tasks: Iterable[tuple[N, Callable[[], TaskResult[T]]]]
    ) -> Iterator[tuple[N, TaskResult[T]]]:
        wanted = (task for task in tasks if not self.given_up)
        return self._scheduler.run(wanted, self._workers, self._executor)
