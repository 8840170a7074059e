"""An executor that gives each worker of a cluster one question at a time, and outlives workers.

One thread owns what is known of questions and workers; the others leave messages for it. A worker
is gone if the scheduler no longer has it, or has not heard of it for `PATIENCE_S`. Its question is
asked of another worker, and given up with the second one. While no worker is left, questions wait
for `PATIENCE_S` for one to come, and are then given up like all that follow.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from spock_core import SpockError
from spock_dask.patience import CLOSE_S

if TYPE_CHECKING:
    from spock_dask.cluster import Cluster

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(f"spock_core.{__name__}")

PATIENCE_S = 30.0
"""How long a worker may be silent, and how long a run may be without any."""
LOOK_S = 1.0
"""How often the scheduler is asked for its workers."""
MOST_WORKERS = 2
"""Of how many workers a question is asked, one after the other, if they die."""


class Question:
    """One call, and the workers that were asked and are gone."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call = call
        self.future: Future[Any] = Future()
        self.died: list[str] = []

    def start(self) -> bool:
        """Whether it is still wanted. It can then no longer be cancelled."""
        return self.future.running() or self.future.set_running_or_notify_cancel()

    def give_up(self, reason: str) -> None:
        """Ends it without an answer."""
        if self.start():
            self.future.set_exception(SpockError(reason))


class DaskExecutor(Executor):
    """Executes calls on at most so many workers of a cluster, one at a time on each."""

    def __init__(self, cluster: Cluster, workers: int, closing: contextlib.ExitStack) -> None:
        """`closing`: what to close at the end."""
        self._cluster = cluster
        self._most = workers
        self._closing = closing
        self._messages: SimpleQueue[Question | Future[Any] | None] = SimpleQueue()
        self._waiting: deque[Question] = deque()
        self._asked: dict[Future[Any], tuple[str, Question]] = {}
        self._heard: dict[str, tuple[float, float]] = {}
        """Workers in use: when the scheduler last heard of each by its clock, and when we learned
        of that by ours."""
        self._looked = -LOOK_S
        self._alive = time.monotonic()
        """When a worker was last there."""
        self._lost = ""
        """Why no more questions are asked."""
        self._ended = False
        """Whether the last message was taken."""
        self._thread = Thread(target=self._work, daemon=True, name="spock-dask")
        self._thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Has a worker execute a call. Raises `SpockError` once the cluster is lost."""
        if self._lost:
            raise SpockError(self._lost)
        question = Question(partial(fn, *args, **kwargs))
        self._messages.put(question)
        return question.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Gives up what is not answered, and closes the connection. It never waits for answers."""
        self._lost = self._lost or f"the {self._cluster.label} is no longer asked"
        self._messages.put(None)
        self._thread.join(CLOSE_S)

    def _work(self) -> None:
        """What the thread does. Whatever ends it, nobody waits for an answer that will not come."""
        try:
            while self._take() and not self._lost:
                self._look()
                self._hand_out()
        except Exception as error:
            self._lost = f"the {self._cluster.label} cannot be asked ({type(error).__name__})"
            log.debug("where asking Dask's workers stopped", exc_info=True)
        self._give_up()
        with contextlib.suppress(Exception):  # a cluster that is gone
            self._closing.close()
        while not self._ended:
            self._take()
            self._give_up()

    def _take(self) -> bool:
        """Takes the next message, if one comes soon. Returns whether another one may follow."""
        try:
            message = self._messages.get(timeout=LOOK_S)
        except Empty:
            return True
        if isinstance(message, Question):
            self._waiting.append(message)
        elif message is not None and message in self._asked:
            _, question = self._asked.pop(message)
            self._settle(question, message)
        self._ended = message is None
        return not self._ended

    def _settle(self, question: Question, answered: Future[Any]) -> None:
        if answered.cancelled():  # by Dask, which does so if it loses the scheduler
            question.give_up(f"the connection to the {self._cluster.label} was lost")
        elif (error := answered.exception()) is not None:
            question.future.set_exception(error)
        else:
            question.future.set_result(answered.result())

    def _look(self) -> None:
        """Learns which workers there are, and does without those that are gone."""
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return
        if self._cluster.closed:
            self._lost = f"the connection to the {self._cluster.label} was lost"
            return
        try:
            signs = self._cluster.signs()
        except Exception:  # whatever Dask raises for a scheduler that is away, or is too busy
            self._looked = now = time.monotonic()
            if now - self._alive > PATIENCE_S:
                self._lost = f"the {self._cluster.label} does not answer"
            return
        self._looked = now = time.monotonic()
        for worker, (seen, since) in list(self._heard.items()):
            sign = signs.pop(worker, None)
            if sign is not None and sign != seen:
                self._heard[worker] = sign, now
            elif sign is None or now - since > PATIENCE_S:
                self._leave(worker)
        for worker in sorted(signs, key=self._cluster.name_of)[: self._most - len(self._heard)]:
            self._heard[worker] = signs[worker], now
        if self._heard:
            self._alive = now
        elif now - self._alive > PATIENCE_S:
            self._lost = f"no worker of the {self._cluster.label} is left"

    def _leave(self, worker: str) -> None:
        """Does without a worker that is gone, and asks its question of another one."""
        del self._heard[worker]
        for asked, (one, question) in list(self._asked.items()):
            if one != worker:
                continue
            del self._asked[asked]
            asked.cancel()
            question.died.append(self._cluster.name_of(worker))
            if len(question.died) < MOST_WORKERS:
                self._waiting.appendleft(question)
            else:
                died = " and ".join(question.died)
                question.give_up(f"the Dask workers {died} died while they asked")

    def _hand_out(self) -> None:
        busy = {worker for worker, _ in self._asked.values()}
        for worker in self._heard:
            while worker not in busy and self._waiting:
                question = self._waiting.popleft()
                if question.start():
                    self._ask(worker, question)
                    busy.add(worker)

    def _ask(self, worker: str, question: Question) -> None:
        try:
            asked = self._cluster.ask(worker, question.call)
        except Exception as error:  # a call that cannot be pickled, a client that was closed
            question.future.set_exception(error)
            return
        self._asked[asked] = worker, question
        asked.add_done_callback(self._messages.put)

    def _give_up(self) -> None:
        """Ends all questions without an answer."""
        for asked, (_, question) in self._asked.items():
            asked.cancel()
            question.give_up(self._lost)
        for question in self._waiting:
            question.give_up(self._lost)
        self._asked.clear()
        self._waiting.clear()
