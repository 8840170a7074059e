"""SIGINT and SIGTERM, in each phase, at real processes: soon, politely, and nothing is lost."""

from __future__ import annotations

import json
import signal

import pytest

from spock_core.domain.stop import Stop
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.universe import make_universe
from spock_core.store.connection.lock import only_run
from tests.support.moments import hold, observing
from tests.support.processes import ended, export, query, read_until, start

WORKERS = 5
"""Of a parallel run: so many requests may be under way when it is asked to stop."""


@pytest.fixture(scope="module")
def universe(plugins: Plugins) -> Universe:
    """Just enough stocks for Yahoo to be asked in bulk."""
    return make_universe(plugins, 250)


PHASES = {"listing": ("kis", 1, ""), "fetching": ("yahoo", 4, "screener")}
"""The request at which a run is held in each phase: site, number, part of its path."""


WITHOUT_ROW = """SELECT region, ticker FROM tickers WHERE asset_type = 'STOCK' AND is_active
EXCEPT SELECT region, ticker FROM stock_details"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("arguments", [(), ("--parallel",)], ids=["sequential", "parallel"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_signal_ends_a_run_soon_with_its_report(phase, arguments, number, sandbox, tmp_path):
    site, request, path = PHASES[phase]
    with hold(getattr(sandbox, site), request, path) as held:
        process = start(sandbox, tmp_path, "--json", "--report-file", "report.md", *arguments)
        held.wait()
        process.send_signal(number)
        err = read_until(process.stderr, "stopping")
        asked = sandbox.counters[site]
        held.release()
        code, out, rest = ended(process)
    assert code == 130
    assert "Traceback" not in err + rest
    document = json.loads(out)
    assert document["status"] == "interrupted"
    assert {region["status"] for region in document["regions"]} == {"interrupted"}
    assert "interrupted" in (tmp_path / "report.md").read_text()
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",)]
    assert sandbox.counters[site] <= asked + WORKERS
    assert query(tmp_path, WITHOUT_ROW) == []


def test_what_was_answered_before_a_signal_is_kept_and_the_next_run_goes_on(sandbox, tmp_path):
    with hold(sandbox.yahoo, 41, "screener") as held:
        process = start(sandbox, tmp_path)
        held.wait()
        process.terminate()
        read_until(process.stderr, "stopping")
        held.release()
        assert ended(process)[0] == 130
    [(screens,)] = query(tmp_path, "SELECT count(asked_at) FROM screens")
    assert screens >= 40
    before = sandbox.counters["yahoo screener"]
    assert ended(start(sandbox, tmp_path))[0] == 0
    assert sandbox.counters["yahoo screener"] - before <= 160 - screens


@pytest.mark.parametrize("hanging", ["kis", "yahoo"])
def test_a_server_that_never_answers_does_not_hold_up_the_end(hanging, sandbox, tmp_path):
    with hold(getattr(sandbox, hanging)) as held:
        process = start(sandbox, tmp_path, "--parallel")
        held.wait()
        process.terminate()
        code, _, err = ended(process)
    assert code == 130, err
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",)]


def test_a_second_signal_stops_at_once(sandbox, tmp_path):
    """An observer never comes back, so that the run itself will not end."""
    stuck = "print('stuck', file=sys.stderr, flush=True); threading.Event().wait()"
    process = start(sandbox, tmp_path, python=observing("spock_request_made", stuck))
    read_until(process.stderr, "stuck")
    process.terminate()
    read_until(process.stderr, "stopping")
    process.terminate()
    assert ended(process)[0] == 130
    assert ended(start(sandbox, tmp_path))[0] == 0


def test_a_signal_while_classifying_ends_after_the_batch(sandbox, tmp_path):
    """An observer holds the run up at its first batch, so that the signal comes in between."""
    wait = """
        print("batch", file=sys.stderr, flush=True)
        while not Path("go").exists():
            time.sleep(0.01)
        """
    process = start(
        sandbox, tmp_path, "--sources", "kis", python=observing("spock_stocks_classified", wait)
    )
    read_until(process.stderr, "batch")
    process.terminate()
    read_until(process.stderr, "stopping")
    (tmp_path / "go").touch()
    code, out, err = ended(process)
    assert code == 130, err
    assert "interrupted; what was done is kept" in out
    [(done,)] = query(tmp_path, "SELECT sum(enriched) FROM run_regions")
    assert done == query(tmp_path, "SELECT count(sector) FROM stock_details")[0][0] > 0


def test_a_signal_ends_the_wait_for_another_run(sandbox, tmp_path):
    with only_run(f"sqlite:///{tmp_path}/spock.db", wait=False, stop=Stop()):
        process = start(sandbox, tmp_path, "--wait")
        read_until(process.stderr, "waiting for its end")
        process.terminate()
        code, out, err = ended(process)
    assert (code, out) == (130, "")
    assert "Traceback" not in err


def test_a_stopped_run_leaves_what_an_undisturbed_one_would_have(sandbox, tmp_path):
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    assert ended(start(sandbox, tmp_path / "whole"))[0] == 0
    with hold(sandbox.yahoo, 100) as held:
        process = start(sandbox, tmp_path / "stopped", "--parallel")
        held.wait()
        process.send_signal(signal.SIGINT)
        read_until(process.stderr, "stopping")
        held.release()
        assert ended(process)[0] == 130
    assert ended(start(sandbox, tmp_path / "stopped"))[0] == 0
    assert export(tmp_path / "stopped" / "spock.db") == export(tmp_path / "whole" / "spock.db")
