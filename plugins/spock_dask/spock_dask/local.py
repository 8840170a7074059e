"""A Dask cluster in the process of the run, to try one out without a scheduler.

Its workers are threads, so that it starts at once and no other user of the machine can give it
tasks; what it serves over HTTP by itself is nothing, on the loopback interface.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from spock_dask.executor import DaskExecutor

P = ParamSpec("P")
T = TypeVar("T")

LABEL = "Dask cluster of this process"
LOOPBACK = "127.0.0.1:0"
NO_PAGES: dict[str, list[str]] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


class LocalExecutor(Executor):
    """Starts its cluster with the first task."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._started: DaskExecutor | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Has a worker execute a call. Raises what Dask raises if it cannot start."""
        if self._started is None:
            self._started = _start(self._workers)
        return self._started.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the cluster."""
        if self._started is not None:
            self._started.shutdown(wait, cancel_futures=cancel_futures)


def _start(workers: int) -> DaskExecutor:
    import dask.config  # takes a second, which a run without questions does not need
    from distributed import Client, LocalCluster

    from spock_dask.cluster import Cluster
    from spock_dask.executor import DaskExecutor
    from spock_dask.patience import CLOSE_S
    from spock_dask.quiet import quiet_logs

    with ExitStack() as closing, dask.config.set(NO_PAGES):
        closing.enter_context(quiet_logs())
        started = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=False,
            memory_limit=0,
            dashboard_address=LOOPBACK,
            worker_dashboard_address=LOOPBACK,
            silence_logs=False,
        )
        closing.callback(started.close, CLOSE_S)
        client = Client(started, set_as_default=False, name="spock")
        closing.callback(client.close, CLOSE_S)
        cluster = Cluster(client, LABEL, {})
        cluster.wait_for_workers()
        return DaskExecutor(cluster, workers, closing.pop_all())
