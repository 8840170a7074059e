"""What became of the questions of a plan."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from spock_core.domain import Observation
from spock_core.domain.errors import ProviderDown, ProviderError, SpockError
from spock_core.domain.queries import Provider
from spock_core.domain.stock import StockKey
from spock_core.domain.text import sanitize
from spock_core.domain.workers.task_result import TaskResult
from spock_core.plugins.faults import reason_of
from spock_core.store.fetching.screens import AnsweredScreen

T = TypeVar("T")

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What answers to questions said. It is stored in one transaction."""

    said: Sequence[Observation]
    screen: AnsweredScreen | None = None
    """The screen that is answered in full with it."""


@dataclass
class FetchOutcome:
    """What became of the questions."""

    provider: Provider
    failed: set[StockKey] = field(default_factory=set)
    """Stocks that the provider could not be asked about."""
    failed_regions: set[str] = field(default_factory=set)
    """Regions of which a question failed or got a hollow answer."""
    error: str | None = None
    """Why not all could be asked, in one line."""
    new_groups: set[str] = field(default_factory=set)
    """Groups that the source does not know; kept word for word."""
    left: int | None = None
    """Stocks for which the budget had no room; None if it was not looked."""
    down: bool = False
    """Whether no more requests are made, because the provider is down."""

    def answer(self, result: TaskResult[T]) -> T:
        """Returns the answer to a question. Raises what kept it from coming: a `SpockError`, also
        for a fault in a program, which so costs this question alone."""
        error = result.error
        self.down = self.down or isinstance(error, ProviderDown)
        if error is not None and not isinstance(error, SpockError):
            log.debug("a question ended in a fault", exc_info=error)
            text = sanitize(reason_of(error), 200)
            raise ProviderError(f"a question ended in a fault: {text}") from error
        return result.get()

    def note_group(self, group: str) -> None:
        """Notes a group that may be new."""
        groups = self.provider.groups
        if group and groups is not None and groups.words(group) is None:
            self.new_groups.add(group)

    def note_error(self, error: SpockError | str) -> None:
        """Notes why a question failed. Its cause says more than that no more is asked for it."""
        if not isinstance(error, ProviderDown) or self.error is None:
            self.error = f"{self.provider.name}: {error}"

    def leave(self, count: int) -> None:
        """Notes stocks for which the budget has no room any more."""
        if count:
            self.left = (self.left or 0) + count

    def fail(self, keys: Iterable[StockKey]) -> None:
        """Notes stocks that could not be asked about."""
        found = set(keys)
        self.failed |= found
        self.failed_regions |= {key.region for key in found}
