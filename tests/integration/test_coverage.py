"""Every report of coverage says what the register holds, whatever became of the run; and gates."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from spock_core import hookimpl
from spock_core.api import enrich as enrich_from_python
from spock_core.api import run_job
from spock_core.domain.stop import Stop
from spock_core.plugins.loader import load_plugins
from spock_core.reporting.run_document import document
from spock_core.reporting.summary import summary
from spock_core.settings.model import load_settings
from spock_core.store.connection.lock import only_run
from tests.conftest import Spock

HELD = """
    SELECT t.region, 1.0 * count(d.sector) / count(*) FROM tickers t
    LEFT JOIN stock_details d USING (region, ticker)
    WHERE t.is_active AND t.asset_type = 'STOCK' GROUP BY t.region
"""
"""The share of stocks with a sector, as a user would count it."""


def held() -> dict[str, float]:
    """What the register holds, by region."""
    with closing(sqlite3.connect("spock.db")) as connection:
        return {region: round(share, 6) for region, share in connection.execute(HELD)}


def told(run: dict[str, Any]) -> dict[str, float]:
    """What the document of a run tells, by region."""
    return {region["region"]: region["coverage"] for region in run["regions"]}


@pytest.fixture
def sparse(master_files: Path, enrich: Spock, register) -> None:
    """A register of Vietnam of which half of the sectors are lost."""
    enrich("--regions", "VN")
    register("UPDATE stock_details SET sector = NULL, sector_code = NULL, sector_source = NULL "
             "WHERE rowid % 2")  # fmt: skip


def test_a_run_that_is_stopped_tells_what_is_there(master_files: Path):
    stop = Stop()

    class StopsSoon:
        @hookimpl
        def spock_stocks_classified(self) -> None:
            stop.ask()

    plugins = load_plugins()
    plugins.add(StopsSoon(), "stops soon")
    settings = load_settings({"kis_master_url": str(master_files)})
    result = run_job(settings, plugins, stop)
    assert result.status == "interrupted"
    found = document(result)
    assert told(found) == held()
    assert 0 < found["totals"]["coverage"] < 0.5
    [line] = [x for x in summary(result, settings).splitlines() if "with a sector" in x]
    assert f"{100 * found['totals']['coverage']:.1f} % with a sector" in line


def test_refused_lists_leave_the_coverage_as_it_is(enrich: Spock, master_files: Path, spock: Spock):
    enrich("--regions", "VN")
    before = held()
    for path in master_files.glob("h[sn]xmst.cod.zip"):
        path.write_bytes(b"a web page")
    outcome = enrich("--regions", "VN", "--force-refresh", "--report-file", "report.txt")
    assert outcome.code == 1
    assert told(outcome.document) == before
    shown = f"{100 * before['VN']:.1f} % with a sector"
    assert shown in Path("report.txt").read_text()
    assert shown in spock("enrich", "--regions", "VN", "--kis-master-url", master_files).out


def test_every_report_tells_the_same(spock: Spock, sparse: None, master_files: Path):
    """A run of no source concludes nothing new."""
    outputs = ("--metrics-textfile", "spock.prom", "--report-file", "report.json")
    found = spock("enrich", "--json", "--regions", "VN", "--sources", "issuer", "--kis-master-url",
                  master_files, *outputs).document  # fmt: skip
    status = spock("status", "--json").document
    dry = spock("enrich", "--dry-run", "--json", "--regions", "VN").document
    api = enrich_from_python(dry_run=True, regions="VN")
    metric = re.search(
        r'spock_coverage_ratio\{field="sector",region="VN"\} (\S+)', Path("spock.prom").read_text()
    )
    assert metric is not None
    for one in (found, status, dry):
        assert told(one) == held()
    assert round(float(metric[1]), 6) == held()["VN"] == round(api.regions[0].coverage, 6)
    assert f"{100 * held()['VN']:.1f} %" in spock("status").out


def test_a_gate_on_coverage_names_the_regions_below(spock: Spock, sparse: None, master_files: Path):
    for command in (("status",), ("enrich", "--kis-master-url", master_files, "--sources", "issuer",
                                  "--regions", "VN")):  # fmt: skip
        outcome = spock(*command, "--fail-under-coverage", "0.95")
        assert outcome.code == 1
        [line] = [line for line in outcome.err.splitlines() if "--fail-under-coverage" in line]
        shown = f"{100 * held()['VN']:.1f} % of the stocks have a sector"
        assert line == f"spock: VN: {shown}: below --fail-under-coverage 0.95"
        assert spock(*command, "--fail-under-coverage", "0.1").code == 0


def test_a_gate_on_age_reads_the_last_success(spock: Spock, enrich: Spock, register, master_files):
    enrich("--regions", "VN", "JP")
    assert spock("status", "--fail-over-age", "1").code == 0
    three_days_ago = datetime.now(UTC) - timedelta(days=3)
    register("UPDATE runs SET finished_at = ?", f"{three_days_ago:%Y-%m-%d %H:%M:%S.%f}")
    outcome = spock("status", "--fail-over-age", "1", "--json")
    assert outcome.code == 1
    assert outcome.document["failed_gates"] == [
        f"{region}: last succeeded 3.0 days ago, at {three_days_ago:%Y-%m-%dT%H:%M:%SZ}: "
        "over --fail-over-age 1"
        for region in ("JP", "VN")
    ]
    for path in master_files.glob("h[sn]xmst.cod.zip"):
        path.unlink()
    assert enrich("--regions", "VN").code == 1  # a failure is no success
    assert "VN: last succeeded 3.0 days ago" in spock("status", "--fail-over-age", "2").err
    assert spock("status", "--fail-over-age", "4").code == 0
    assert spock("status", "--fail-over-age", "2", "--regions", "JP", "VN").code == 1


def test_a_success_in_the_future_is_none(spock: Spock, enrich: Spock, register):
    enrich("--regions", "VN")
    register("UPDATE runs SET finished_at = '2090-01-01 00:00:00.000000'")
    outcome = spock("status", "--fail-over-age", "30")
    assert outcome.code == 1
    assert "VN: has never succeeded: over --fail-over-age 30" in outcome.err


def test_a_region_that_was_asked_for_and_is_not_there_does_not_pass(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    outcome = spock("status", "--regions", "VN", "JP", "--fail-under-coverage", "0.1",
                    "--fail-over-age", "2")  # fmt: skip
    assert outcome.code == 1
    assert "JP: 0.0 % of the stocks have a sector" in outcome.err
    assert "JP: has never succeeded" in outcome.err
    assert "VN" not in outcome.err
    assert spock("status", "--regions", "XX").code == 2


def test_a_rate_below_its_gate_is_told(enrich: Spock, master_files: Path):
    for path in master_files.glob("h[sn]xmst.cod.zip"):
        path.unlink()
    outcome = enrich("--regions", "VN", "--fail-under", "0.5")
    assert outcome.code == 1
    assert "success rate 0.000: below --fail-under 0.5" in outcome.err


@pytest.mark.parametrize("code", [2, 3])
def test_a_run_that_never_began_leaves_the_metrics_of_the_last(enrich: Spock, code: int):
    """Otherwise the series of the last success would be gone, and its alert with it."""
    enrich("--regions", "VN", "--metrics-textfile", "spock.prom")
    before = Path("spock.prom").read_text()
    assert "spock_last_success_timestamp_seconds" in before
    if code == 2:
        outcome = enrich("--regions", "XX", "--metrics-textfile", "spock.prom")
    else:
        with only_run("sqlite:///spock.db", wait=False, stop=Stop()):
            outcome = enrich("--regions", "VN", "--metrics-textfile", "spock.prom")
    assert outcome.code == code
    assert Path("spock.prom").read_text() == before


def test_a_run_that_breaks_off_leaves_the_metrics_of_the_last(enrich: Spock, register):
    """Exit code 2 in the middle of a run: the register cannot be written."""
    enrich("--regions", "VN", "--metrics-textfile", "spock.prom")
    success = re.findall(r"spock_last_success.* \S+", Path("spock.prom").read_text())
    register("CREATE TRIGGER full BEFORE UPDATE ON stock_details BEGIN "
             "SELECT raise(ABORT, 'database or disk is full'); END")  # fmt: skip
    outcome = enrich("--regions", "VN", "--force-refresh", "--metrics-textfile", "spock.prom")
    assert outcome.code == 2
    assert re.findall(r"spock_last_success.* \S+", Path("spock.prom").read_text()) == success


def test_a_source_has_one_name_but_in_the_predecessors_metrics(spock: Spock, sandbox):
    outcome = spock("enrich", "--json", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
                    sandbox.url, "--sources", "ALL", "--yahoo-rate", 1000, "--regions", "JP",
                    "--metrics-textfile", "spock.prom", "--report-file", "report.txt")  # fmt: skip
    region = outcome.region("JP")
    assert region["yahoo-screener"] > 0
    assert "yfinance" not in outcome.out + Path("report.txt").read_text()
    assert "yfinance" not in spock("runs", "show", "last", "--json").out
    both = region["yahoo-screener"] + region["yahoo-profile"]
    metrics = Path("spock.prom").read_text()
    series = 'spock_enrichment_stocks_enriched_total{region="JP",source='
    assert f'{series}"yfinance"}} {both}.0' in metrics
    assert f'{series}"yahoo' not in metrics


def test_the_first_value_of_a_field_is_no_change_and_a_new_one_after_a_loss_is(
    spock: Spock, sandbox, register
):
    online = ("enrich", "--json", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
              sandbox.url, "--yahoo-rate", 1000, "--regions", "JP")  # fmt: skip
    spock(*online, "--sources", "kis")
    spock(*online, "--sources", "ALL", "--force-refresh")
    assert register("SELECT count(industry) FROM stock_details WHERE region = 'JP'")[0][0] > 20
    assert register("SELECT count(*) FROM changes WHERE before IS NULL") == [(0,)]
    [(ticker, run)] = register(
        "SELECT ticker, (SELECT max(run_id) FROM runs) FROM stock_details "
        "WHERE region = 'JP' AND sector IS NOT NULL ORDER BY ticker LIMIT 1"
    )
    register("INSERT INTO changes (run_id, region, ticker, field, before, changed_at) "
             "VALUES (?, 'JP', ?, 'sector', 'Energy', '2026-01-01 00:00:00.000000')", run, ticker)  # fmt: skip
    register("UPDATE stock_details SET sector = NULL, sector_code = NULL WHERE ticker = ?", ticker)
    spock(*online, "--sources", "ALL")
    assert register("SELECT ticker FROM changes WHERE before IS NULL AND field = 'sector'") == [
        (ticker,)
    ]
