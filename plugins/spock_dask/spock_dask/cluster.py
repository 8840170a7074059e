"""A Dask cluster as a run uses it: its workers, and a question for one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from distributed import Client

from spock_dask.packages import faults_of
from spock_dask.patience import within

ANSWER_S = 30.0
"""How long the scheduler, and through it its workers, may take to tell of themselves."""
CLOSE_S = 2.0
"""How long a connection, or a cluster of this process, may take to be closed."""

log = logging.getLogger(f"spock_core.{__name__}")
"""Under the logger of Spock, whose handlers write where the user wants it."""


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, client: Client, label: str, packages: Mapping[str, str]) -> None:
        """`label`: what messages call it; `packages`: what its workers must have, by version."""
        self.label = label
        self.unfit: dict[str, str] = {}
        """Workers that have not the packages of the run, by address, and what is wrong."""
        self._client = client
        self._packages = packages
        self._names: dict[str, str] = {}
        self._fit: set[str] = set()
        self._executors: dict[str, Executor] = {}

    @property
    def closed(self) -> bool:
        """Whether the scheduler was gone for so long that nobody waits for it any more."""
        return bool(self._client.status == "closed")

    def signs(self) -> dict[str, float]:
        """Returns the workers that can be asked, by address, each with the time at which the
        scheduler last heard of it.

        A worker that is new is asked for its packages, and left out with a warning if they are not
        those of the run. Raises an error if the scheduler does not answer.
        """
        client = self._client
        scheduler = client.scheduler
        if scheduler is None:
            raise ConnectionError("the connection was closed")
        found = within(ANSWER_S, lambda: client.sync(scheduler.identity, n_workers=-1))
        workers = {
            address: one["last_seen"]
            for address, one in found["workers"].items()
            if one["status"] == "running"
        }
        self._names |= {address: str(one["name"]) for address, one in found["workers"].items()}
        self._check(workers.keys() - self._fit - self.unfit.keys())
        return {address: seen for address, seen in workers.items() if address in self._fit}

    def ask(self, worker: str, call: Callable[[], Any]) -> Future[Any]:
        """Has one worker execute a call, and no other, should it die."""
        if worker not in self._executors:
            self._executors[worker] = self._client.get_executor(
                workers=[worker], allow_other_workers=False, pure=False, retries=0
            )
        return self._executors[worker].submit(call)

    def name_of(self, worker: str) -> str:
        """Returns what messages call a worker: its name, if it has one, and its address."""
        name = self._names.get(worker, worker)
        return worker if name == worker else f"{name} ({worker})"

    def _check(self, new: set[str]) -> None:
        if not new:
            return
        faults = within(ANSWER_S, lambda: faults_of(self._client, new, self._packages))
        self._fit |= new - faults.keys()
        self.unfit |= faults
        for address in sorted(faults):
            log.warning(
                "Dask worker %s is left out: it %s; install the packages of the run there",
                self.name_of(address),
                faults[address],
            )
