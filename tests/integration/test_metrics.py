"""Metrics by all three ways, seen by the real programs."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from spock_core.reporting.metrics import bounded
from tests.conftest import Spock
from tests.support.ports import own_port
from tests.support.processes import ended, start, wait_for
from tests.support.project import DEPLOY

RULES = DEPLOY / "prometheus" / "spock.rules.yml"


def program(name: str) -> str:
    """The path of a program from Debian's packages."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: prometheus, prometheus-pushgateway)")
    return found


def fetch(url: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=5) as answer:
        text: str = answer.read().decode()
        return text


def answers(url: str) -> bool:
    try:
        fetch(url)
    except OSError:
        return False
    return True


@contextmanager
def running(*command: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this test's own."""
    with own_port() as number:
        yield number


@pytest.fixture
def pushgateway(port: int) -> Iterator[str]:
    address = f"127.0.0.1:{port}"
    with running(program("prometheus-pushgateway"), f"--web.listen-address={address}"):
        wait_for(lambda: answers(f"http://{address}/-/ready"))
        yield f"http://{address}"


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """A Prometheus with our rules that scrapes one target every second."""
    (folder / "rules.yml").write_text(RULES.read_text())
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [
            {"job_name": "spock", "honor_labels": True, "static_configs": [{"targets": [target]}]}
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    with own_port() as port, running(
        program("prometheus"), f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{port}",
    ):  # fmt: skip
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/-/ready"))
        yield f"http://127.0.0.1:{port}"


def ask(server: str, expression: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"query": expression})
    document = json.loads(fetch(f"{server}/api/v1/query?{query}"))
    assert document["status"] == "success", expression
    found: list[dict[str, Any]] = document["data"]["result"]
    return found


def alerts(server: str) -> dict[str, dict[str, Any]]:
    groups = json.loads(fetch(f"{server}/api/v1/rules"))["data"]["groups"]
    return {rule["name"]: rule for group in groups for rule in group["rules"]}


def test_the_files_for_prometheus_are_as_promtool_wants_them():
    promtool, folder = program("promtool"), DEPLOY / "prometheus"
    for words in (
        ("check", "rules", "spock.rules.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "spock.rules.test.yml"),
    ):
        done = subprocess.run(
            [promtool, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_to_fire_and_to_be_silent():
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((DEPLOY / "prometheus" / "spock.rules.test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    for rule in rules:
        mine = [
            bool(case.get("exp_alerts")) for case in cases if case["alertname"] == rule["alert"]
        ]
        assert True in mine, rule["alert"]
        assert False in mine, rule["alert"]


def test_every_alert_is_explained_to_operators():
    text = (DEPLOY.parent / "docs" / "operations.md").read_text()
    for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]:
        assert rule["alert"] in text


def test_a_short_run_shows_its_result_as_a_textfile(spock: Spock, sandbox):
    outcome = spock("enrich", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url", sandbox.url,
                    "--sources", "ALL", "--yahoo-rate", 1000, "--metrics-textfile", "spock.prom")  # fmt: skip
    assert outcome.code == 0
    text = Path("spock.prom").read_text()
    for words in (
        'spock_enrichment_regions_processed_total{region="VN",status="success"} 1.0',
        'spock_enrichment_stocks_enriched_total{region="VN",source="kis"}',
        'spock_enrichment_duration_seconds_bucket{le="3600.0",region="VN"} 1.0',
        'spock_enrichment_success_rate{region="VN"} 1.0',
        'spock_enrichment_retry_attempts_total{region="VN"} 0.0',
        f'spock_requests_total{{outcome="ok",provider="kis"}} {sandbox.counters["kis"]}.0',
        "spock_run_in_progress 0.0",
        'spock_coverage_ratio{field="sector",region="US"} 0.',
        'spock_last_success_timestamp_seconds{region="US"} 1.',
        'spock_build_info{python="3.',
    ):
        assert words in text, words
    requests = re.findall(r'^spock_requests_total{.*provider="yahoo"} (\S+)$', text, re.M)
    assert sum(map(float, requests)) == sandbox.counters["yahoo"]
    assert [path.name for path in Path().glob("spock.prom*")] == ["spock.prom"]
    linted = subprocess.run([program("promtool"), "check", "metrics"], input=text, text=True,
                            capture_output=True, check=False)  # fmt: skip
    assert linted.returncode == 0, linted.stderr


def test_labels_are_few_and_never_tickers(spock: Spock, sandbox, register):
    spock("enrich", "--kis-master-url", sandbox.kis_master_url, "--metrics-textfile", "spock.prom")
    values = set(re.findall(r'="([^"]*)"', Path("spock.prom").read_text()))
    tickers = {ticker for (ticker,) in register("SELECT ticker FROM tickers")}
    assert not values & tickers
    assert len(Path("spock.prom").read_text().splitlines()) < 500
    assert bounded("http_418") == "http_4xx"
    assert bounded("http_503") == "http_503"
    assert bounded("timeout") == "timeout"


def test_the_last_success_outlives_a_run_that_fails(spock: Spock, sandbox):
    arguments = ("enrich", "--kis-master-url", sandbox.kis_master_url, "--regions", "VN",
                 "--metrics-textfile", "spock.prom")  # fmt: skip
    spock(*arguments)
    pattern = r'^spock_last_success_timestamp_seconds{region="VN"} (\S+)$'
    [before] = re.findall(pattern, Path("spock.prom").read_text(), re.M)
    sandbox.kis.faults.status["*"] = 404
    assert spock(*arguments).code == 1
    text = Path("spock.prom").read_text()
    assert re.findall(pattern, text, re.M) == [before]
    assert 'spock_lists_refused{reason="unavailable",region="VN"} 2.0' in text
    assert 'spock_enrichment_regions_processed_total{region="VN",status="failed"} 1.0' in text


def test_a_dry_run_leaves_the_last_real_result_where_it_is(spock: Spock, sandbox):
    arguments = ("enrich", "--kis-master-url", sandbox.kis_master_url, "--regions", "VN",
                 "--metrics-textfile", "spock.prom")  # fmt: skip
    spock(*arguments)
    before = Path("spock.prom").read_bytes()
    assert spock(*arguments, "--dry-run").code == 0
    assert Path("spock.prom").read_bytes() == before


def test_a_short_run_shows_its_result_through_a_pushgateway(spock: Spock, sandbox, pushgateway):
    arguments = ("enrich", "--kis-master-url", sandbox.kis_master_url, "--regions", "VN", "JP")
    assert spock(*arguments, "--pushgateway-url", pushgateway).code == 0
    text = fetch(f"{pushgateway}/metrics")
    assert re.search(r'^spock_enrichment_success_rate{.*region="JP"} 1$', text, re.M)
    assert re.search(r'^spock_last_success_timestamp_seconds{.*region="VN"} 1\.', text, re.M)


def test_a_short_run_shows_its_result_to_a_scrape_that_comes_late(sandbox, tmp_path, port):
    run = start(sandbox, tmp_path, "--sources", "kis", "--prometheus-port", str(port),
                "--prometheus-linger", "30")  # fmt: skip
    url = f"http://127.0.0.1:{port}/metrics"
    wait_for(lambda: answers(url) and 'success_rate{region="VN"}' in fetch(url))
    assert 'spock_enrichment_success_rate{region="VN"} 1.0' in fetch(url)
    openmetrics = fetch(url, "application/openmetrics-text; version=1.0.0")
    assert openmetrics.endswith("# EOF\n")
    run.terminate()
    code, _, err = ended(run)
    assert code == 0, err


def test_a_real_prometheus_evaluates_every_alert_and_panel_over_a_real_run(sandbox, tmp_path, port):
    sandbox.kis.faults.status["hksmst.cod.zip"] = 404
    sandbox.yahoo.faults.storm_429 = range(20, 24)
    run = start(sandbox, tmp_path, "--prometheus-port", str(port), "--prometheus-linger", "60",
                "--max-retries", "5")  # fmt: skip
    with prometheus(tmp_path, f"127.0.0.1:{port}") as server:
        wait_for(lambda: ask(server, "spock_run_in_progress == 0"), timeout=60)
        time.sleep(2)
        found = alerts(server)
        assert len(found) >= 10
        for name, rule in found.items():
            assert rule["health"] == "ok", (name, rule.get("lastError"))
        assert found["SpockListRefused"]["state"] in ("pending", "firing")
        assert found["SpockSlowedDown"]["state"] in ("pending", "firing")
        for quiet in ("SpockNoSuccess", "SpockSlow", "SpockBreakerOpen", "SpockListShrank"):
            assert found[quiet]["state"] == "inactive", quiet
        for expression in dashboard_expressions():
            assert ask(server, expression), f"no series for {expression}"
        names = set(re.findall(r"spock_\w+", RULES.read_text()))
        for name in names:
            assert ask(server, name), name
    run.terminate()
    assert ended(run)[0] in (1, 130)


def dashboard_expressions() -> list[str]:
    dashboard = json.loads((DEPLOY / "grafana" / "spock.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_the_dashboard_is_one_to_grafana_and_has_the_seed_panels():
    dashboards = pytest.importorskip("grafana_foundation_sdk.models.dashboard")
    text = (DEPLOY / "grafana" / "spock.json").read_text()
    dashboard = dashboards.Dashboard.from_json(json.loads(text))
    titles = [panel.title for panel in dashboard.panels]
    for title in ("Duration by region", "Success rate by region", "Stocks enriched by source"):
        assert title in titles
    assert all(panel.description for panel in dashboard.panels)
    assert len({panel.id_val for panel in dashboard.panels}) == len(titles)


def test_a_port_that_is_taken_is_told_before_any_work(spock: Spock, sandbox):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = spock("enrich", "--prometheus-port", port)
    assert outcome.code == 2
    assert f"--prometheus-port {port}: address already in use" in outcome.err
    assert not Path("spock.db").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--metrics-textfile", "/nowhere/spock.prom"), "check that the folder exists"),
        (("--metrics-textfile", "spock.txt"), "must end in .prom"),
        (("--prometheus-port", "80"), "--prometheus-port 80"),
        (
            ("--prometheus-port", "8003", "--prometheus-address", "no.such.host.invalid"),
            "not a valid address",
        ),
        (("--pushgateway-url", "ftp://x"), "--pushgateway-url ftp://x"),
        (("--prometheus-linger", "-1"), "--prometheus-linger -1"),
    ],
)
def test_what_cannot_work_is_told_before_any_work(spock: Spock, arguments, words):
    outcome = spock("enrich", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert not Path("spock.db").exists()


def spoil(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("way", ["gateway that is down", "textfile that cannot be written"])
def test_metrics_that_cannot_get_out_are_told_and_never_the_end_of_the_job(
    way: str, spock: Spock, sandbox, register, port: int, monkeypatch: pytest.MonkeyPatch
):
    if way.startswith("gateway"):
        arguments = ("--pushgateway-url", f"http://me:hush@127.0.0.1:{port}")
        words = "metrics could not be pushed to"
    else:
        Path("out").mkdir()
        arguments = ("--metrics-textfile", "out/spock.prom")
        words = "metrics could not be written to out/spock.prom: No such file"
        original: Callable[..., Any] = sandbox.kis.respond

        def remove(*values: Any) -> Any:
            shutil.rmtree("out", ignore_errors=True)
            return original(*values)

        monkeypatch.setattr(sandbox.kis, "respond", remove)
    outcome = spock(
        "enrich", "--kis-master-url", sandbox.kis_master_url, "--regions", "VN", *arguments
    )
    assert outcome.code == 0
    assert words in outcome.err
    assert "hush" not in outcome.err
    assert "Traceback" not in outcome.err
    assert register("SELECT status FROM runs") == [("success",)]
