"""Calls that wait for somebody else, with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Returns what a call returns. Raises what it raises, or `TimeoutError`.

    Dask has no deadline for a peer that accepts a connection and then says nothing. At the deadline
    the call is left behind in a thread that does not keep the process alive.
    """
    answer: Future[T] = Future()

    def do() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=do, daemon=True, name="spock-dask-call").start()
    return answer.result(seconds)
