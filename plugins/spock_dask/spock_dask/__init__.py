"""Spock on a Dask cluster: its workers ask the questions of `spock enrich --parallel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import hookimpl
from spock_dask.address import LOCAL, SCHEDULER

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from spock_core import RunContext, Setting

SPOCK_HOOKS = 3


@hookimpl
def spock_settings() -> tuple[Setting, ...]:
    """Returns the address of the scheduler."""
    return (SCHEDULER,)


@hookimpl
def spock_executor(workers: int, run: RunContext) -> Executor | None:
    """Returns the workers of the scheduler that the settings name; None if they name none.

    Raises `UsageError` if the scheduler cannot be reached, or none of its workers can be used.
    """
    address = getattr(run.settings, SCHEDULER.name, None)
    if address is None:
        return None
    if address == LOCAL:
        from spock_dask.local import LocalExecutor

        return LocalExecutor(workers)
    from spock_dask.remote import open_cluster  # Dask takes a second to import

    return open_cluster(address, workers, run.plugins)
