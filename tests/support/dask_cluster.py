"""A Dask scheduler and its workers, each a process of its own.

`python -m tests.support.dask_cluster FOLDER NAME ...` imports Dask and what workers need once, and
forks a process for the scheduler and one for each name. Its first line on stdout is a JSON object:
the scheduler's address and process, and that of each worker by its name. All end when stdin does.

A worker whose name is that of a folder in FOLDER looks there first for packages.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.child import ROOT

HOST = "127.0.0.1"
PAGES = f"{HOST}:0"
"""Where each serves its web pages, on any free port."""


class Cluster(NamedTuple):
    """A scheduler that runs."""

    address: str
    scheduler: int
    """Its process."""
    workers: dict[str, int]
    """The process of each worker, by its name."""


@contextmanager
def dask_cluster(folder: Path, *names: str) -> Iterator[Cluster]:
    """Starts a scheduler and workers of these names, and ends them."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), *names],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Cluster(**json.loads(process.stdout.readline()))
        process.stdin.close()


def main(folder: Path, names: Sequence[str]) -> None:
    """Starts all, tells of them, and ends them once stdin ends."""
    for module in ("distributed", "yfinance", "spock_core.sources.queries.workers"):
        importlib.import_module(module)
    processes: list[int] = []
    try:
        scheduler, address = _forked(_schedule)
        processes.append(scheduler)
        workers = {}
        for name in names:
            workers[name], _ = _forked(partial(_work, address, folder, name))
            processes.append(workers[name])
        running = Cluster(address, scheduler, workers)
        sys.stdout.write(f"{json.dumps(running._asdict())}\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGKILL)


def _forked(serve: Callable[[int], Coroutine[Any, Any, None]]) -> tuple[int, str]:
    """Has a process of its own serve until it is killed. Returns the process, and what it tells."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        asyncio.run(serve(write))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        return pid, told.read()


async def _schedule(tell: int) -> None:
    from distributed import Scheduler

    async with Scheduler(host=HOST, port=0, dashboard_address=PAGES) as scheduler:
        _tell(tell, scheduler.address)
        await scheduler.finished()


async def _work(address: str, folder: Path, name: str, tell: int) -> None:
    from distributed import Worker

    sys.path.insert(0, str(folder / name))
    space = folder / f"space-{name}"
    async with Worker(
        address,
        name=name,
        nthreads=1,
        memory_limit=0,
        local_directory=str(space),
        host=HOST,
        dashboard_address=PAGES,
    ) as worker:
        _tell(tell, worker.address)
        await worker.finished()


def _tell(descriptor: int, words: str) -> None:
    os.write(descriptor, words.encode())
    os.close(descriptor)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
