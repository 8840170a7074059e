"""A Dask cluster as a run uses it: its workers, and a question for one of them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, as_completed, wait
from functools import partial
from typing import Any

from distributed import Client

from spock_dask.packages import faults_of
from spock_dask.patience import begun, within

ANSWER_S = 30.0
"""How long the scheduler, and through it each of its workers, may take to tell of themselves."""
SOON_S = 2.0
"""How long a run that begins waits for all workers to tell, before it does with those that did."""
SILENT = "does not answer"
"""Stands for the packages of a worker that does not tell of them."""

log = logging.getLogger(f"spock_core.{__name__}")
"""Under the logger of Spock, whose handlers write where the user wants it."""


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, client: Client, label: str, packages: Mapping[str, str]) -> None:
        """`label`: what messages call it; `packages`: what its workers must have, by version."""
        self.label = label
        self._client = client
        self._packages = packages
        self._names: dict[str, str] = {}
        self._checks: dict[str, Future[str]] = {}
        """What is wrong with each worker that was looked at, by address; nothing if it is fit."""
        self._executors: dict[str, Executor] = {}

    @property
    def closed(self) -> bool:
        """Whether the scheduler was gone for so long that nobody waits for it any more."""
        return bool(self._client.status == "closed")

    @property
    def unfit(self) -> dict[str, str]:
        """Workers that cannot be asked, by address, and what is wrong."""
        told = {address: check.result() for address, check in self._checks.items() if check.done()}
        return {address: fault for address, fault in told.items() if fault}

    def wait_for_workers(self) -> bool:
        """Waits until the workers have told of their packages; of slow ones, until one can be
        asked. Returns whether one can. Raises an error if the scheduler does not answer."""
        self.signs()
        checks = list(self._checks.values())
        wait(checks, SOON_S)
        with contextlib.suppress(TimeoutError):
            return any(not check.result() for check in as_completed(checks, ANSWER_S))
        return False

    def signs(self) -> dict[str, float]:
        """Returns the workers that can be asked, by address, each with the time at which the
        scheduler last heard of it.

        A worker that is new is asked for its packages, for which nobody waits. It can be asked once
        it has told of them, and is left out with a warning if they are not those of the run. Raises
        an error if the scheduler does not answer.
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
        self._checks = {one: check for one, check in self._checks.items() if one in workers}
        for address in workers:
            self._look_at(address)
        return {address: seen for address, seen in workers.items() if self._is_fit(address)}

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

    def _look_at(self, worker: str) -> None:
        """Begins to ask a worker for its packages, if it has not told of them."""
        check = self._checks.get(worker)
        is_silent = check is not None and check.done() and check.result() == SILENT
        if check is None or is_silent:
            self._checks[worker] = begun(partial(self._fault, worker, tell=not is_silent))

    def _is_fit(self, worker: str) -> bool:
        check = self._checks[worker]
        return check.done() and not check.result()

    def _fault(self, worker: str, *, tell: bool) -> str:
        """What is wrong with a worker. `tell`: with a warning."""
        try:
            fault = within(ANSWER_S, partial(faults_of, self._client, worker, self._packages))
        except Exception:  # whatever Dask raises for a worker that is hung, or a connection that is
            log.debug("where %s was looked at", worker, exc_info=True)
            fault = SILENT
        if fault and tell:
            advice = (
                "look at its log" if fault == SILENT else "install the packages of the run there"
            )
            log.warning(
                "Dask worker %s is left out: it %s; %s", self.name_of(worker), fault, advice
            )
        return fault
