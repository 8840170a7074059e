"""Workers that are looked at: those that do not answer cost themselves alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from importlib.metadata import PackageNotFoundError
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("distributed", reason="needs Dask")

from spock_dask import cluster as module
from spock_dask.cluster import Cluster

WANTED = {"spock-core": "1.0", "spock-jp": "2.0"}


class Client:
    """A client of a scheduler whose workers have these packages, or do not answer (None)."""

    status = "running"

    def __init__(self, **workers: dict[str, str] | None) -> None:
        self.workers = workers
        self.scheduler = SimpleNamespace(identity=self._identity)
        self.released = Event()

    def _identity(self, n_workers: int) -> dict[str, Any]:
        one = {"status": "running", "last_seen": 1.0}
        return {"workers": {address: one | {"name": address} for address in self.workers}}

    def sync(self, call: Callable[..., Any], **arguments: Any) -> Any:
        return call(**arguments)

    def run(self, call: object, name: str, workers: list[str], on_error: str) -> dict[str, Any]:
        assert on_error == "return"
        has = {one: self.workers.get(one) for one in workers}
        if None in has.values():
            self.released.wait()
        return {one: (packages or {}).get(name, PackageNotFoundError(name))
                for one, packages in has.items()}  # fmt: skip


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOON_S", 0.01)


@pytest.fixture
def make() -> Iterator[Callable[..., Cluster]]:
    """Makes a cluster of these workers."""
    clients: list[Client] = []

    def made(**workers: dict[str, str] | None) -> Cluster:
        clients.append(Client(**workers))
        return Cluster(clients[-1], "Dask scheduler", WANTED)  # type: ignore[arg-type]

    yield made
    for client in clients:
        client.released.set()


def test_a_worker_that_hangs_when_it_is_looked_at_keeps_no_other_from_being_asked(make):
    cluster = make(hung=None, ada=WANTED, bob=WANTED)
    assert cluster.wait_for_workers()
    wait([cluster._checks["ada"], cluster._checks["bob"]])
    assert cluster.signs() == {"ada": 1.0, "bob": 1.0}
    assert cluster.unfit == {}


def test_a_worker_that_never_answers_is_left_out_and_looked_at_again(make, monkeypatch, caplog):
    monkeypatch.setattr(module, "ANSWER_S", 0.05)
    cluster = make(hung=None)
    assert not cluster.wait_for_workers()
    [check] = cluster._checks.values()
    wait([check])
    assert cluster.unfit == {"hung": "does not answer"}
    monkeypatch.undo()
    cluster._client.workers["hung"] = WANTED
    cluster._client.released.set()
    assert cluster.wait_for_workers()
    assert cluster.signs() == {"hung": 1.0}
    assert caplog.text.count("hung is left out: it does not answer") == 1


def test_a_worker_with_other_packages_is_left_out_and_told(make, caplog):
    caplog.set_level(logging.WARNING, logger="spock_core")
    cluster = make(old={"spock-core": "0.9"}, ada=WANTED)
    assert cluster.wait_for_workers()
    wait(cluster._checks.values())
    assert cluster.signs() == {"ada": 1.0}
    fault = "has spock-core 0.9 instead of 1.0, lacks spock-jp 2.0"
    assert cluster.unfit == {"old": fault}
    assert f"old is left out: it {fault}; install the packages of the run there" in caplog.text


def test_a_worker_that_is_started_anew_under_its_address_is_looked_at_anew(make):
    cluster = make(ada={"spock-core": "1.0"})
    assert not cluster.wait_for_workers()
    cluster._client.workers.clear()
    assert cluster.signs() == {}
    cluster._client.workers["ada"] = WANTED
    assert cluster.wait_for_workers()
