"""Executors of other makers: only what all of them have in common is relied on."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from spock_core import hookimpl
from spock_core.domain.results import RunResult
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import load_settings


@pytest.fixture(scope="module")
def site() -> Iterator[Sandbox]:
    plugins = load_plugins()
    with serve(make_universe(plugins, 250), plugins.markets) as server:
        yield server


class Elsewhere:
    """A plugin with an executor of one maker."""

    def __init__(self, maker: str, lasting: ExitStack) -> None:
        self._maker = maker
        self._lasting = lasting
        self.faults: list[str] = []

    @hookimpl
    def spock_executor(self, workers: int) -> Executor:
        executor: Executor = getattr(self, f"_{self._maker}")(workers)
        return executor

    def _threads(self, workers: int) -> Executor:
        return ThreadPoolExecutor(workers)

    def _loky(self, workers: int) -> Any:
        return importlib.import_module("loky").ProcessPoolExecutor(workers)

    def _dask(self, workers: int) -> Any:
        distributed = importlib.import_module("distributed")
        cluster = self._lasting.enter_context(
            distributed.LocalCluster(
                n_workers=1, threads_per_worker=workers, dashboard_address=None, silence_logs=50
            )
        )
        client = self._lasting.enter_context(distributed.Client(cluster, set_as_default=False))
        return client.get_executor(pure=False)

    def _fading(self, workers: int) -> Executor:
        return Fading(workers)

    def _forgetful(self, workers: int) -> Executor:
        return Forgetful(workers)

    def _stubborn(self, workers: int) -> Executor:
        return Stubborn(workers)


class Stubborn(ThreadPoolExecutor):
    """Cannot be shut down."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False)
        raise RuntimeError("not today")

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        return super().submit(*arguments, **options)


class Fading(ThreadPoolExecutor):
    """Takes twenty tasks and no more, like a pool of which a process died."""

    taken = 0

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        self.taken += 1
        if self.taken > 20:
            raise BrokenExecutor("a process in the pool was terminated")
        return super().submit(*arguments, **options)


class Forgetful(ThreadPoolExecutor):
    """Gives up every task after twenty, like a cluster of which the scheduler is gone."""

    taken = 0

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        self.taken += 1
        if self.taken <= 20:
            return super().submit(*arguments, **options)
        future: Future[Any] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def run(site: Sandbox, maker: str) -> RunResult:
    with ExitStack() as lasting:
        plugins = load_plugins()
        if maker:
            plugins.add(Elsewhere(maker, lasting), name="elsewhere")
        settings = load_settings(
            {
                "kis_master_url": site.kis_master_url,
                "tables_url": site.tables_url,
                "yahoo_url": site.url,
                "yahoo_rate": 900,
                "sources": ("ALL",),
                "parallel": True,
                "max_workers": 3,
            }
        )
        return run_pipeline(settings, plugins)


@pytest.mark.parametrize("maker", ["threads", "loky", "dask"])
def test_the_questions_of_a_run_are_asked_on_an_executor_of_any_maker(site, maker, register):
    module = {"loky": "loky", "dask": "distributed"}.get(maker)
    if module is not None:
        pytest.importorskip(module)
    result = run(site, maker)
    assert result.error is None
    assert {region.error for region in result.regions} == {None}
    assert result.status == "success"
    known = [stock for stock in site.yahoo.known.values() if stock.industry]
    [(said,)] = register("SELECT count(*) FROM observations WHERE source LIKE 'yahoo%'")
    assert said >= 0.9 * len(known) > 0


def test_an_executor_that_cannot_be_shut_down_costs_nothing_that_was_done(site, caplog):
    result = run(site, "stubborn")
    assert result.status == "success"
    assert "plugin elsewhere failed in spock_executor" in caplog.text


@pytest.mark.parametrize(
    ("maker", "words"),
    [
        ("fading", "BrokenExecutor: a process in the pool was terminated"),
        ("forgetful", "its executor gave it up"),
    ],
)
def test_what_an_executor_breaks_on_is_told_and_what_was_answered_counts(
    site, maker, words, register
):
    result = run(site, maker)
    told = {region.region: region.error for region in result.regions if region.error}
    assert told
    assert all(words in error and "\n" not in error for error in told.values())
    assert register("SELECT count(*) FROM observations WHERE source LIKE 'yahoo%'") > [(0,)]
    assert run(site, "threads").status == "success"
