"""The command: help, errors in one line, and exit codes."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from spock_core import hookimpl
from spock_core.cli.commands import enrich as command
from spock_core.plugins.loader import load_plugins
from spock_core.testing import Outcome
from tests.conftest import Spock, enrich_from
from tests.support import child

FLAGS = [
    "--regions", "--force-refresh", "--max-age-days", "--dry-run", "--max-retries",
    "--retry-delay", "--parallel", "--max-workers", "--progress-bar", "--prometheus-port",
    "--verbose", "-v", "--log-file", "--report-file", "--database", "--sources", "--sandbox",
    "--json", "--fail-under",
]  # fmt: skip


def assert_one_line(outcome: Outcome, code: int, words: str) -> None:
    assert outcome.code == code
    complaints = [line for line in outcome.err.splitlines() if words in line]
    assert complaints, outcome.err
    assert "Traceback" not in outcome.err


def test_help_names_every_command(spock: Spock):
    outcome = spock("--help")
    assert outcome.code == 0
    for name in ("enrich", "regions", "status", "sandbox"):
        assert name in outcome.out


def test_help_of_enrich_names_every_flag(spock: Spock):
    text = spock("enrich", "--help").out
    for flag in FLAGS:
        assert flag in text, flag


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from spock_core.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'pydantic', 'alembic', 'requests', 'rich', 'yfinance', 'tenacity',"
        " 'tqdm', 'prometheus_client'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bogus",), "bogus"),
        (("enrich", "--bogus"), "--bogus"),
        (("enrich", "--regions", "XX"), "unknown region 'XX': installed are US, CN, HK, JP, VN"),
        (("enrich", "--sources", "nobody"), "unknown source 'nobody': choose from "),
        (("enrich", "--max-workers", "11"), "--max-workers 11"),
        (("enrich", "--database", "nonsense"), "not a URL"),
        (("enrich", "--database", "sqlite://"), "name a file"),
        (("enrich", "--database", "sqlite:////nowhere/x.db"), "folder /nowhere does not exist"),
        (("enrich", "--database", "sqlite:////proc/x.db"), "cannot be locked"),
        (("enrich", "--database", "mssql+pymssql://x/y"), "driver"),
        (("enrich", "--report-file", "/nowhere/report.txt"), "report file /nowhere/report.txt"),
        (("enrich", "--log-file", "/nowhere/log.txt"), "log file /nowhere/log.txt"),
        (("status",), "no register at sqlite:///spock.db yet"),
        (("sandbox", "--port", "99999"), "--port 99999"),
        (("sandbox", "--write", "/proc/x"), "/proc/x"),
    ],
)
def test_mistakes_are_told_in_one_line_with_exit_code_2(spock: Spock, arguments, words):
    assert_one_line(spock(*arguments), 2, words)


def test_a_port_that_is_taken_is_told_before_any_work(spock: Spock, master_files: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = spock("enrich", "--prometheus-port", port, "--kis-master-url", master_files)
    assert_one_line(outcome, 2, f"--prometheus-port {port}: address already in use")
    assert not Path("spock.db").exists()


@pytest.mark.parametrize(
    ("flag", "module", "extra"),
    [
        ("--progress-bar", "tqdm", "progress"),
        ("--prometheus-port=8003", "prometheus_client", "metrics"),
    ],
)
def test_an_extra_that_is_not_installed_is_named(master_files, flag, module, extra):
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from spock_core.cli import main\n"
        f"sys.exit(main(['enrich', {flag!r}, '--kis-master-url', {str(master_files)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"pip install 'spock-core[{extra}]'" in done.stderr


def test_a_file_that_is_no_database_is_not_overwritten(spock: Spock, master_files):
    Path("notes.db").write_text("my notes\n" * 100)
    outcome = spock("enrich", "--database", "sqlite:///notes.db", "--kis-master-url", master_files)
    assert_one_line(outcome, 2, "not a database")
    assert Path("notes.db").read_text() == "my notes\n" * 100


def test_json_is_alone_on_stdout(enrich: Spock):
    outcome = enrich("--progress-bar", "-v", "--regions", "VN")
    assert outcome.document["regions"]
    assert "VN: " in outcome.err


def test_the_log_file_gets_every_event_in_utc(enrich: Spock):
    enrich("--regions", "VN", "--log-file", "run.log")
    enrich("--regions", "VN", "--log-file", "run.log")
    lines = Path("run.log").read_text().splitlines()
    assert all(line[:2] == "20" and line[23] == "Z" for line in lines)
    assert sum("run 1:" in line or "run 2:" in line for line in lines) == 2


def test_the_report_file_tells_what_became_of_the_run(enrich: Spock):
    enrich("--regions", "VN", "--report-file", "report.txt")
    text = Path("report.txt").read_text()
    for words in ("Spock run 1", "VN", "success", "classified", "Register: sqlite:///spock.db"):
        assert words in text


def test_metrics_are_served_on_loopback_while_the_run_lasts():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    class Scraper:
        text = ""

        @hookimpl
        def spock_run_finished(self, result) -> None:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                Scraper.text = answer.read().decode()

    plugins = load_plugins()
    plugins.add(Scraper(), "scraper")
    arguments = {"prometheus_port": port, "sandbox": True, "sandbox_size": 200}
    assert command.run(arguments, plugins) == 0
    for words in (
        'spock_enrichment_regions_processed_total{region="VN",status="success"} 1.0',
        'spock_enrichment_stocks_enriched_total{region="VN",source="kis"}',
        'spock_enrichment_duration_seconds_bucket{le="3600.0",region="VN"} 1.0',
        'spock_enrichment_success_rate{region="VN"} 1.0',
        'spock_enrichment_retry_attempts_total{region="VN"} 0.0',
    ):
        assert words in Scraper.text


def test_status_tells_coverage_by_region_and_field(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    text = spock("status").out
    assert "sector" in text
    assert "100.0 %" in text
    document = spock("status", "--json").document
    [region] = document["regions"]
    assert region["region"] == "VN"
    assert 0 < region["known"]["sector"] < region["stocks"]
    assert region["by_source"] == {"kis": region["known"]["sector"]}


def test_regions_tells_what_is_installed_and_from_where(spock: Spock):
    outcome = spock("regions")
    assert "spock-jp 0.1.0" in outcome.out
    assert spock("regions", "--json").document["regions"][0]["region"] == "US"


def test_an_interrupt_keeps_what_was_done_and_exits_130(master_files: Path, register):
    code = (
        "import signal, sys; from spock_core import hookimpl, cli; from spock_core.plugins import loader\n"
        "class Stop:\n"
        "    @hookimpl\n"
        "    def spock_stocks_classified(self, event):\n"
        "        if event.region == 'CN': signal.raise_signal(signal.SIGINT)\n"
        "load = loader.load_plugins\n"
        "def loaded():\n"
        "    found = load(); found.add(Stop(), 'stop'); return found\n"
        "cli.load_plugins = loaded\n"
        f"sys.exit(cli.main(['enrich', '--kis-master-url', {str(master_files)!r}]))"
    )
    done = child.run(["-c", code])
    assert done.returncode == 130
    assert "interrupted; what was done is kept" in done.stdout
    assert register("SELECT status FROM runs") == [("interrupted",)]
    assert register("SELECT DISTINCT status FROM run_regions") == [("interrupted",)]
    [(done,)] = register("SELECT enriched FROM run_regions WHERE region = 'US'")
    assert done == register("SELECT count(sector) FROM stock_details WHERE region = 'US'")[0][0]


@pytest.mark.parametrize(
    ("redirect", "code", "words"),
    [
        (">/dev/full", 2, "the output cannot be written: No space left on device"),
        (">&-", 0, ""),
        ("--log-file /dev/full >/dev/null", 0, ""),
        ("--report-file /dev/full >/dev/null", 2, "report file /dev/full cannot be written"),
    ],
)
def test_output_that_cannot_be_written_is_told_in_one_line_and_the_job_is_done(
    master_files, register, redirect, code, words
):
    command = f"{sys.executable} -m spock_core enrich --regions VN --kis-master-url {master_files}"
    done = subprocess.run(
        ["bash", "-c", f"{command} {redirect}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert register("SELECT status FROM runs") == [("success",)]


def test_a_terminal_without_unicode_is_no_fault(master_files):
    done = subprocess.run(
        [sys.executable, *enrich_from(master_files)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0
    assert b"success" in done.stdout


def test_termination_is_an_interruption_and_the_run_says_so(master_files, register):
    code = (
        "import os, signal, sys; from spock_core import hookimpl, cli; from spock_core.plugins import loader\n"
        "class Stop:\n"
        "    @hookimpl\n"
        "    def spock_stocks_classified(self, event): os.kill(os.getpid(), signal.SIGTERM)\n"
        "load = loader.load_plugins\n"
        "def loaded():\n"
        "    found = load(); found.add(Stop(), 'stop'); return found\n"
        "cli.load_plugins = loaded\n"
        f"sys.exit(cli.main(['enrich', '--kis-master-url', {str(master_files)!r}]))"
    )
    done = child.run(["-c", code])
    assert done.returncode == 130, done.stderr
    assert register("SELECT status FROM runs") == [("interrupted",)]


def test_a_dry_run_adds_up(spock: Spock, enrich: Spock):
    enrich("--regions", "VN", "HK")
    document = spock("enrich", "--dry-run", "--json", "--regions", "VN", "HK").document
    for region in document["regions"]:
        parts = ("enriched", "skipped", "failed", "unknown")
        assert region["total"] == sum(region[part] for part in parts)
        assert 0 < region["coverage"] < 1
    assert [one["lists"] for one in document["plan"]["regions"]] == [["HSX", "HNX"], ["HKS"]]


def test_two_first_runs_at_once_do_not_trip_over_each_other(master_files):
    arguments = enrich_from(master_files)
    runs = [child.Child(arguments) for _ in range(2)]
    for run in runs:
        _, complaint = run.communicate()
        assert "spock_schema" not in complaint


def test_passwords_are_shown_nowhere(spock: Spock):
    url = "postgresql+psycopg://me:hush@127.0.0.1:9/db?password=hush"
    for arguments in (
        ("enrich", "--sandbox", "--sandbox-size", "200", "--database", url),
        ("enrich", "--kis-master-url", "ftp://me:hush@host/x"),
        ("enrich", "--yahoo-url", "http://me:hush@host/x?token=hush"),
    ):
        outcome = spock(*arguments)
        assert outcome.code == 2
        assert "hush" not in outcome.out + outcome.err


def test_a_failed_run_is_told_even_to_nobody(master_files: Path):
    (master_files / "hsxmst.cod.zip").unlink()
    read, write = os.pipe()
    os.close(read)
    command = enrich_from(master_files, "--regions", "VN")
    done = subprocess.run(
        [sys.executable, *command], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.returncode == 1


def test_a_dry_run_leaves_somebody_elses_file_alone(spock: Spock):
    with contextlib.closing(sqlite3.connect("spock.db")) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
    before = Path("spock.db").read_bytes()
    spock("enrich", "--dry-run")
    assert Path("spock.db").read_bytes() == before


def test_a_register_without_stocks_takes_either_kind(spock: Spock, master_files: Path, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert spock("enrich", "--kis-master-url", empty).code == 1
    made_up = ("enrich", "--sandbox", "--sandbox-size", "200", "--database", "sqlite:///spock.db")
    assert spock(*made_up).code == 0
