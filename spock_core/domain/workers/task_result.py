"""The result of a worker's task; it can be pickled, so that the worker may be another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from spock_core.domain.errors import SpockError
from spock_core.domain.events import RequestMade, Retry

T = TypeVar("T")


class TaskResult(NamedTuple, Generic[T]):
    """The value that a task returned, or the error that it raised."""

    value: T | None = None
    error: BaseException | None = None
    events: tuple[RequestMade | Retry, ...] = ()
    """Events of a worker process, which has no observers; the run's process notifies them."""

    @classmethod
    def of(cls, task: Callable[[], T]) -> TaskResult[T]:
        """Runs a task. A `SpockError` becomes part of the result; other exceptions propagate.

        The error's traceback and those of the errors before it are dropped: their frames hold the
        provider's answer, of megabytes, until Python looks for circles.
        """
        try:
            return cls(task())
        except SpockError as error:
            error.__traceback__ = error.__context__ = error.__cause__ = None
            return cls(error=error)

    def get(self) -> T:
        """Returns the value. Raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]
