"""Workers that die, and a scheduler that does: what becomes of the questions that they had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import pytest

pytest.importorskip("distributed", reason="needs Dask")

from spock_dask import executor as module
from spock_dask.executor import DaskExecutor

from spock_core import SpockError

SOON_S = 60.0


class Workers:
    """A cluster whose workers answer when the test says so."""

    label = "Dask scheduler tcp://far.away:8786"

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.closed = False
        self.asked: SimpleQueue[tuple[str, Future[Any]]] = SimpleQueue()

    def signs(self) -> dict[str, float]:
        return dict.fromkeys(self.names, 0.0)

    def ask(self, worker: str, call: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.asked.put((worker, future))
        return future

    def name_of(self, worker: str) -> str:
        return worker

    def next_asked(self) -> tuple[str, Future[Any]]:
        return self.asked.get(timeout=SOON_S)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    return Workers("ada", "bob")


@pytest.fixture
def executor(cluster: Workers) -> Iterator[DaskExecutor]:
    made = DaskExecutor(cluster, 4, ExitStack())
    yield made
    made.shutdown()


def test_each_worker_has_one_question_at_a_time(cluster, executor):
    futures = [executor.submit(int) for _ in range(3)]
    busy = dict(cluster.next_asked() for _ in range(2))
    assert set(busy) == {"ada", "bob"}
    assert cluster.asked.empty()
    busy["bob"].set_result(7)
    worker, third = cluster.next_asked()
    assert worker == "bob"
    third.set_result(8)
    busy["ada"].set_result(9)
    assert sorted(future.result(SOON_S) for future in futures) == [7, 8, 9]


def test_the_question_of_a_worker_that_dies_is_asked_of_another_one(cluster, executor):
    future = executor.submit(int)
    first, _ = cluster.next_asked()
    cluster.names.remove(first)
    second, asked = cluster.next_asked()
    assert second != first
    asked.set_result(7)
    assert future.result(SOON_S) == 7


def test_a_question_of_which_two_workers_died_is_given_up_with_their_names(cluster, executor):
    cluster.names.add("cyd")
    future = executor.submit(int)
    died = []
    for _ in range(2):
        worker, _ = cluster.next_asked()
        cluster.names.remove(worker)
        died.append(worker)
    with pytest.raises(SpockError, match=f"workers {died[0]} and {died[1]} died while they asked"):
        future.result(SOON_S)
    other = executor.submit(int)
    cluster.next_asked()[1].set_result(8)
    assert other.result(SOON_S) == 8


def test_a_lost_scheduler_is_told_for_every_question(cluster, executor):
    future = executor.submit(int)
    cluster.next_asked()
    cluster.closed = True
    with pytest.raises(SpockError, match=r"connection to the .* tcp://far\.away:8786 was lost"):
        future.result(SOON_S)
    with pytest.raises(SpockError, match="was lost"):
        executor.submit(int)


def test_the_error_of_a_question_is_its_own(cluster, executor):
    future = executor.submit(int)
    cluster.next_asked()[1].set_exception(ValueError("cannot be read"))
    with pytest.raises(ValueError, match="cannot be read"):
        future.result(SOON_S)


def test_no_worker_is_waited_for_only_so_long(cluster, executor, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    cluster.names.clear()
    with pytest.raises(SpockError, match=r"no worker of the Dask scheduler .* is left"):
        executor.submit(int).result(SOON_S)


def test_what_is_under_way_at_the_end_is_given_up(cluster, executor):
    future = executor.submit(int)
    cluster.next_asked()
    executor.shutdown()
    with pytest.raises(SpockError, match="is no longer asked"):
        future.result(SOON_S)
