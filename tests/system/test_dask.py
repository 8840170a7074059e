"""`spock-dask`: runs on the workers of a Dask cluster, whose scheduler and workers are processes."""

from __future__ import annotations

import itertools
import logging
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from spock_core import UsageError, hookimpl
from spock_core.domain.results import RunResult
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import load_settings
from tests.support.dask_cluster import Cluster, dask_cluster
from tests.support.distributions import Bring, write_plugin
from tests.support.ports import own_port
from tests.support.processes import export
from tests.support.tls import make_certificate

if find_spec("distributed") is None:  # to import it takes a second
    pytest.skip("needs Dask", allow_module_level=True)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COOKIE_AND_CRUMB = 2
"""Requests that each client of Yahoo begins with."""
_numbers = itertools.count()


@pytest.fixture(scope="module")
def universe(plugins: Plugins) -> Universe:
    """Just enough stocks for Yahoo to be asked in bulk."""
    return make_universe(plugins, 250)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Five workers that have the packages of the run, and one that has an older one."""
    folder = tmp_path_factory.mktemp("dask")
    write_plugin(folder / "old", "spock-jp", "", entry="jp", version="0.0.1")
    with dask_cluster(folder, "ada", "bob", "cyd", "dan", "eve", "old") as running:
        yield running


def run(
    sandbox: Sandbox, scheduler: str | None, observer: object = None, **settings: Any
) -> tuple[RunResult, str]:
    """A run at noon into a register of its own: its result, and every row with every column."""
    path = Path(f"register{next(_numbers)}.db").absolute()
    plugins = load_plugins()
    if observer is not None:
        plugins.add(observer, name="observer")
    given = {"dask_scheduler": scheduler, "parallel": True} if scheduler else {}
    chosen = load_settings(
        {
            "database": f"sqlite:///{path}", "kis_master_url": sandbox.kis_master_url,
            "yahoo_url": sandbox.url, "yahoo_rate": 1000, "retry_delay": 0, "sources": ["ALL"],
            "max_workers": 4,
        } | given | settings,
        settings_of(plugins),
    )  # fmt: skip
    result = run_pipeline(chosen, plugins, clock=lambda: NOON)
    return result, export(path, volatile=())


class Killer:
    """Kills a process of a cluster when the first request of any worker is told."""

    def __init__(self, process: int) -> None:
        self._process: int | None = process

    @hookimpl
    def spock_request_made(self, event: Any) -> None:
        if event.provider == "yahoo" and self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            self._process = None

    @property
    def has_killed(self) -> bool:
        return self._process is None


def test_four_workers_leave_the_rows_of_one_process_also_if_one_of_them_is_killed(
    sandbox, cluster, caplog, capfd
):
    caplog.set_level(logging.INFO, logger="spock_core")
    alone, expected = run(sandbox, None)
    sandbox.counters.clear()
    result, rows = run(sandbox, cluster.address)
    assert rows == expected
    assert result.success_rate == 1
    assert result.requests["yahoo"] == sandbox.counters["yahoo"]
    assert result.requests["yahoo"] - alone.requests["yahoo"] <= 3 * COOKIE_AND_CRUMB
    assert "questions are asked on the executor of spock-dask:dask" in caplog.text
    assert "old (" in caplog.text
    assert "is left out: it has spock-jp 0.0.1 instead of 0.1.0" in caplog.text
    killer = Killer(cluster.workers["ada"])
    result, rows = run(sandbox, cluster.address, killer)
    assert killer.has_killed
    assert result.success_rate == 1
    assert {region.error for region in result.regions} == {None}
    assert rows == expected
    assert not [record for record in caplog.records if record.name.startswith("distributed")]
    assert "distributed" not in capfd.readouterr().err


def test_a_scheduler_that_dies_is_told_and_what_was_answered_counts(sandbox, tmp_path):
    with dask_cluster(tmp_path, "ada") as cluster:
        result, rows = run(sandbox, cluster.address, Killer(cluster.scheduler))
    told = [region.error for region in result.regions if region.error]
    assert told
    assert all("the Dask scheduler tcp://" in error and "\n" not in error for error in told)
    assert "yahoo-screener" in rows


def test_workers_that_lack_a_plugin_of_the_run_are_told_by_name_before_any_work(
    small_sandbox, cluster, bring: Bring
):
    bring("spock-extra", "", entry="extra", version="2.0")
    with pytest.raises(UsageError, match=r"can be used: .*\w+ \(tcp://.*\) lacks spock-extra 2\.0"):
        run(small_sandbox, cluster.address)
    assert not small_sandbox.counters


def test_a_scheduler_that_is_gone_is_one_line_before_any_work(small_sandbox, spock):
    with own_port() as port:
        address = f"tcp://127.0.0.1:{port}"
        outcome = spock(
            "enrich", "--kis-master-url", small_sandbox.kis_master_url,
            "--parallel", "--dask-scheduler", address,
        )  # fmt: skip
    assert outcome.code == 2
    [line] = outcome.err.splitlines()
    assert f"the Dask scheduler {address} cannot be reached (Connection refused)" in line
    assert "start it, or correct --dask-scheduler" in line
    assert not small_sandbox.counters


def test_a_cluster_with_tls_is_reached_with_the_certificates_of_dasks_settings(
    small_sandbox, tmp_path, monkeypatch
):
    key, certificate = make_certificate(tmp_path)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME", "tls")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "True")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(certificate))
    for part in ("SCHEDULER", "WORKER"):
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{part}__KEY", str(key))
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{part}__CERT", str(certificate))
    settings = {"ca-file": certificate, "client.key": key, "client.cert": certificate}
    with dask_cluster(tmp_path, "ada") as cluster:
        assert cluster.address.startswith("tls://")
        with pytest.raises(UsageError, match=r"tls://.* needs certificates"):
            run(small_sandbox, cluster.address)
        named = {f"distributed.comm.tls.{name}": str(file) for name, file in settings.items()}
        with import_module("dask").config.set(named):
            result, _ = run(small_sandbox, cluster.address)
    assert result.status == "success"
    assert result.requests["yahoo"] == small_sandbox.counters["yahoo"] > 0


def test_a_local_cluster_is_one_word(small_sandbox):
    result, _ = run(small_sandbox, "local")
    assert result.status == "success"
    assert result.requests["yahoo"] == small_sandbox.counters["yahoo"] > 0
