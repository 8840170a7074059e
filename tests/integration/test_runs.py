"""`spock runs`: what was done when, at what cost, and what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spock_core.testing import Outcome
from tests.conftest import Spock


@pytest.fixture
def online(spock: Spock, sandbox) -> Spock:
    """`spock enrich --json` with all sources, against the sandbox."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
            sandbox.url, "--sources", "ALL", "--yahoo-rate", 1000, "--retry-delay", "0", *arguments,
        )  # fmt: skip

    return run


def test_runs_are_listed_the_latest_first(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    enrich("--regions", "JP", "--force-refresh", "--parallel")
    first, second = spock("runs", "--json").document["runs"]
    assert (first["run_id"], second["run_id"]) == (2, 1)
    assert (first["refresh"], second["refresh"]) == ("forced", "incremental")
    assert (first["mode"], second["mode"]) == ("parallel", "sequential")
    lines = spock("runs").out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["2", "1"]
    assert len(spock("runs", "--most", "1").out.splitlines()) == 3


def test_a_run_is_shown_whole_and_agrees_with_its_document(spock: Spock, online: Spock, sandbox):
    sandbox.yahoo.faults.error_share = 0.05
    document = online().document
    kept = spock("runs", "show", "last", "--json").document
    assert kept["requests"] == document["requests"]
    assert kept["errors"] == document["errors"]
    assert kept["errors"]["yahoo"]
    assert kept["plan"] == document["planned"]
    assert kept["phases"] == document["phases"]
    for region in kept["regions"]:
        told = next(r for r in document["regions"] if r["region"] == region["region"])
        for name in ("status", "total", "enriched", "failed", "skipped", "unknown", "duration_s"):
            assert region[name] == told[name], name
    text = spock("runs", "show", "1").out
    for words in ("run 1: success", "planned: yahoo-profile", "errors of yahoo: http_50", "US"):
        assert words in text


def test_what_failed_is_kept_with_its_reason(spock: Spock, online: Spock, sandbox):
    sandbox.kis.faults.status["hksmst.cod.zip"] = 404
    assert online("--regions", "HK", "VN").code == 1
    kept = spock("runs", "show", "last", "--json").document
    assert kept["status"] == "failed"
    assert kept["errors"] == {"kis": {"http_404": 1}}
    assert "HTTP 404" in spock("runs", "show", "last").out


def test_a_run_that_is_not_there_is_told(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    for words in (("show", "7"), ("show",), ("show", "x"), ("list",), ("show", "1", "2")):
        outcome = spock("runs", *words)
        assert outcome.code == 2
        assert outcome.err.startswith("spock: ")
        assert "spock runs" in outcome.err
    assert spock("runs", "--most", "0").code == 2


def test_without_a_register_there_are_no_runs(spock: Spock):
    outcome = spock("runs")
    assert outcome.code == 2
    assert "run `spock enrich`" in outcome.err


def test_no_secret_is_kept_with_a_run(spock: Spock, enrich: Spock, register, monkeypatch):
    monkeypatch.setenv("SPOCK_YAHOO_URL", "http://me:hush@127.0.0.1:9/mirror")
    enrich("--regions", "VN")
    text = json.dumps(register("SELECT * FROM runs"))
    assert "hush" not in text
    assert "hush" not in spock("runs", "show", "last").out


def test_a_change_of_sector_is_told_once_and_kept(spock: Spock, enrich: Spock, register):
    enrich("--regions", "VN")
    [(ticker, sector)] = register(
        "SELECT ticker, sector FROM stock_details WHERE sector IS NOT NULL ORDER BY 1 LIMIT 1"
    )
    register(
        "UPDATE stock_details SET sector = 'Moonshine', sector_code = '99' WHERE ticker = ?", ticker
    )
    document = enrich("--regions", "VN").document
    assert document["sector_changes_count"] == 1
    [change] = document["sector_changes"]
    assert (change["region"], change["ticker"]) == ("VN", ticker)
    assert (change["before"], change["after"], change["source"]) == ("Moonshine", sector, "kis")
    assert enrich("--regions", "VN").document["sector_changes"] == []
    assert register("SELECT field, before, after FROM changes WHERE field = 'sector'") == [
        ("sector", "Moonshine", sector)
    ]


def test_a_first_classification_is_no_change(enrich: Spock, register):
    assert enrich().document["sector_changes_count"] == 0
    assert register("SELECT count(*) FROM changes") == [(0,)]


def test_a_run_keeps_the_settings_that_its_report_prints(spock: Spock, monkeypatch):
    """Not the loopback addresses of a sandbox that is gone once the run has ended."""
    monkeypatch.delenv("SPOCK_SOURCES")
    arguments = ("--sandbox-size", "300", "--regions", "VN", "--yahoo-rate", "77")
    assert spock("enrich", "--sandbox", *arguments, "--report-file", "report.txt").code == 0
    kept = spock("runs", "show", "last", "--sandbox", "--json").document["settings"]
    report = Path("report.txt").read_text("utf-8")
    assert kept["yahoo_url"] is None
    assert "127.0.0.1" not in kept["kis_master_url"]
    assert kept["yahoo_rate"] == 77
    assert "yahoo_rate=77" in report
    assert "127.0.0.1" not in report
