"""What a worker brings back from a task, from a thread of this process or from another machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from spock_core.domain.errors import SpockError
from spock_core.domain.events import RequestMade, Retry

T = TypeVar("T")


class TaskResult(NamedTuple, Generic[T]):
    """The value of a task, or the error that kept it from having one."""

    value: T | None = None
    error: BaseException | None = None
    events: tuple[RequestMade | Retry, ...] = ()
    """What happened in a worker that could not notify observers itself."""

    @classmethod
    def of(cls, task: Callable[[], T]) -> TaskResult[T]:
        """Runs a task. Errors for users become part of the result; faults of a program raise."""
        try:
            return cls(task())
        except SpockError as error:
            return cls(error=error)

    def get(self) -> T:
        """Returns the value. Raises the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]
