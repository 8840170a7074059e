"""SIGINT and SIGTERM, in each phase, at real processes: soon, politely, and nothing is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spock_core.domain.stop import Stop
from spock_core.sandbox.server import Sandbox
from spock_core.store.connection.lock import only_run
from tests.support.processes import ended, environment, export, query, start, wait_for

SOON_S = 8.0
"""A few seconds for the run, and a few for a busy machine."""


def listing(sandbox: Sandbox, folder: Path) -> bool:
    return sandbox.counters["kis"] > 0


def collecting(sandbox: Sandbox, folder: Path) -> bool:
    return sandbox.counters["yahoo screener"] > 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("arguments", [(), ("--parallel",)], ids=["sequential", "parallel"])
@pytest.mark.parametrize("phase", [listing, collecting])
def test_a_signal_ends_a_run_soon_with_its_report(phase, arguments, number, sandbox, tmp_path):
    sandbox.kis.faults.latency_s = 0.3
    sandbox.yahoo.faults.latency_s = 0.1
    process = start(sandbox, tmp_path, "--json", "--report-file", "report.md", *arguments)
    wait_for(lambda: phase(sandbox, tmp_path))
    process.send_signal(number)
    began = time.monotonic()
    code, out, err = ended(process)
    assert code == 130
    assert time.monotonic() - began < SOON_S
    assert "stopping" in err
    assert "Traceback" not in err
    document = json.loads(out)
    assert document["status"] == "interrupted"
    assert {region["status"] for region in document["regions"]} == {"interrupted"}
    assert "interrupted" in (tmp_path / "report.md").read_text()
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",)]
    asked = sandbox.counters["yahoo"]
    time.sleep(0.3)
    assert sandbox.counters["yahoo"] == asked


def test_what_was_answered_before_a_signal_is_kept_and_the_next_run_goes_on(sandbox, tmp_path):
    sandbox.yahoo.faults.latency_s = 0.02
    process = start(sandbox, tmp_path)
    wait_for(lambda: sandbox.counters["yahoo screener"] > 40)
    process.terminate()
    assert ended(process)[0] == 130
    [(screens,)] = query(tmp_path, "SELECT count(asked_at) FROM screens")
    assert screens >= 40
    before = sandbox.counters["yahoo screener"]
    assert ended(start(sandbox, tmp_path))[0] == 0
    assert sandbox.counters["yahoo screener"] - before <= 160 - screens


@pytest.mark.parametrize("hanging", ["kis", "yahoo"])
def test_a_server_that_never_answers_does_not_hold_up_the_end(hanging, sandbox, tmp_path):
    site = getattr(sandbox, hanging)
    site.faults.latency_s = 60
    process = start(sandbox, tmp_path, "--parallel")
    wait_for(lambda: sandbox.counters[hanging] > 0)
    process.terminate()
    began = time.monotonic()
    code, _, err = ended(process)
    assert code == 130, err
    assert time.monotonic() - began < SOON_S
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",)]


def test_a_second_signal_stops_at_once(sandbox, tmp_path):
    sandbox.yahoo.faults.latency_s = 60
    process = start(sandbox, tmp_path)
    wait_for(lambda: sandbox.counters["yahoo"] > 0)
    process.terminate()
    time.sleep(0.5)
    process.terminate()
    began = time.monotonic()
    assert ended(process)[0] == 130
    assert time.monotonic() - began < 1.5
    sandbox.yahoo.faults.latency_s = 0
    assert ended(start(sandbox, tmp_path))[0] == 0


def test_a_signal_while_classifying_ends_after_the_batch(sandbox, tmp_path):
    """An observer holds the run up at every batch, so that the signal comes in between."""
    code = (
        "import sys, time; from spock_core import hookimpl, plugins, cli\n"
        "class Slow:\n"
        "    @hookimpl\n"
        "    def spock_stocks_classified(self, event):\n"
        "        print('batch', flush=True); time.sleep(0.5)\n"
        "load = plugins.load_plugins\n"
        "def loaded():\n"
        "    found = load(); found.add(Slow(), 'slow'); return found\n"
        "cli.load_plugins = loaded\n"
        "sys.exit(cli.main(['enrich', '--sources', 'kis']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(sandbox),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "batch\n"
    process.terminate()
    code_, out, err = ended(process)
    assert code_ == 130, err
    assert "interrupted; what was done is kept" in out
    [(done,)] = query(tmp_path, "SELECT sum(enriched) FROM run_regions")
    assert done == query(tmp_path, "SELECT count(sector) FROM stock_details")[0][0] > 0


def test_a_signal_ends_the_wait_for_another_run(sandbox, tmp_path):
    with only_run(f"sqlite:///{tmp_path}/spock.db", wait=False, stop=Stop()):
        process = start(sandbox, tmp_path, "--wait")
        assert process.stderr is not None
        assert "waiting for its end" in process.stderr.readline()
        process.terminate()
        code, out, err = ended(process)
    assert (code, out) == (130, "")
    assert "Traceback" not in err


def test_a_stopped_run_leaves_what_an_undisturbed_one_would_have(sandbox, tmp_path):
    sandbox.yahoo.faults.latency_s = 0.01
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    assert ended(start(sandbox, tmp_path / "whole"))[0] == 0
    before = sandbox.counters["yahoo"]
    process = start(sandbox, tmp_path / "stopped", "--parallel")
    wait_for(lambda: sandbox.counters["yahoo"] > before + 100)
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 130
    assert ended(start(sandbox, tmp_path / "stopped"))[0] == 0
    assert export(tmp_path / "stopped" / "spock.db") == export(tmp_path / "whole" / "spock.db")
