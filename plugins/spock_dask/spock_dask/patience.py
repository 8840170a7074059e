"""Calls that wait for somebody else, with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

CLOSE_S = 3.0
"""How long a connection, or a cluster of this process, may take to be closed, and how long the end
of a run waits for that."""


def begun(call: Callable[[], T]) -> Future[T]:
    """Begins a call in a thread that does not keep the process alive. Returns what it will return
    or raise."""
    answer: Future[T] = Future()

    def do() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=do, daemon=True, name="spock-dask-call").start()
    return answer


def within(seconds: float, call: Callable[[], T]) -> T:
    """Returns what a call returns. Raises what it raises, or `TimeoutError`.

    Dask has no deadline for a peer that accepts a connection and then says nothing. At the deadline
    the call is left behind.
    """
    return begun(call).result(seconds)
