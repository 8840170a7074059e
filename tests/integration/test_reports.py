"""The report of a run: what was learned, what changed, what could not be, and what it cost."""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path

import pytest

from spock_core.cli import main
from spock_core.domain.events import RegionStarted
from spock_core.plugins.calling.calls import Calls
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.loader import load_plugins
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

PARTS = (
    "Regions",
    "Listings and classifications",
    "Sector changes since the last run",
    "Requests and time",
)


@pytest.fixture
def changed(enrich: Spock, register, master_files: Path) -> str:
    """A register in which one stock, of a hostile name, will change its sector."""
    lines = read_lines(master_files, "HSX")
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    hostile = with_columns(stock, c4="EVIL", c7="<b>|EV*IL|</b>\x1b[31m", c19="610")
    write_lines(master_files, "HSX", [*lines, hostile])
    enrich("--regions", "VN")
    register(
        "UPDATE stock_details SET sector = 'Moonshine', sector_code = '99' WHERE ticker = 'EVIL'"
    )
    return "EVIL"


@pytest.mark.parametrize("name", ["report.txt", "report", "report.md"])
def test_a_report_has_all_its_parts(name: str, enrich: Spock, changed: str):
    enrich("--regions", "VN", "--report-file", name)
    text = Path(name).read_text()
    for part in PARTS:
        assert part in text, part
    for words in ("Spock run 2: success", "sequential, incremental", "VN", "Moonshine", "EVIL"):
        assert words in text, words
    assert "\x1b" not in text


def test_markdown_has_headings_and_tables_that_a_hostile_name_cannot_break(enrich, changed):
    enrich("--regions", "VN", "--report-file", "report.md")
    text = Path("report.md").read_text()
    assert text.startswith("## Spock run 2: success\n")
    row = next(line for line in text.splitlines() if "EVIL" in line)
    assert "\\<b\\>\\|EV\\*IL\\|\\</b\\>" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 8  # seven cells


def test_json_is_the_document_of_the_run(enrich: Spock, changed: str):
    outcome = enrich("--regions", "VN", "--report-file", "report.json")
    assert json.loads(Path("report.json").read_text()) == outcome.document


def test_the_console_names_the_first_changes_and_counts_the_others(
    enrich: Spock, spock: Spock, register, master_files
):
    enrich("--regions", "VN")
    register("UPDATE stock_details SET sector = 'Moonshine' WHERE ticker IN (SELECT ticker FROM "
             "stock_details WHERE sector IS NOT NULL ORDER BY ticker LIMIT 7)")  # fmt: skip
    text = spock("enrich", "--regions", "VN", "--kis-master-url", master_files).out
    assert "7 stocks changed sector since the last run:" in text
    assert text.count("Moonshine -> ") == 5
    assert "and 2 more: --report-file lists them" in text


def test_a_report_tells_what_could_not_be_and_advises(spock: Spock, sandbox, master_files):
    (master_files / "hksmst.cod.zip").unlink()
    sandbox.yahoo.faults.storm_429 = range(5, 9)
    spock("enrich", "--kis-master-url", master_files, "--yahoo-url", sandbox.url, "--sources", "ALL",
          "--yahoo-rate", 1000, "--retry-delay", 0, "--profile-budget", 2,
          "--report-file", "report.txt")  # fmt: skip
    text = Path("report.txt").read_text()
    assert "Failures" in text
    assert "HK failed: " in text
    assert "http_429 4" in text
    assert "Planned: yahoo-profile 2, yahoo-quote 1, yahoo-screener 1" in text
    assert "Run again later" in text
    assert "lower --yahoo-rate" in text


def test_what_is_planned_and_what_was_asked_stand_side_by_side(spock: Spock, sandbox):
    outcome = spock("enrich", "--json", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
                    sandbox.url, "--sources", "ALL", "--yahoo-rate", 1000)  # fmt: skip
    document = outcome.document
    screens = document["planned"]["requests"]["yahoo-screener"]
    assert abs(screens - sandbox.counters["yahoo screener"]) <= 0.1 * screens
    assert document["planned"]["seconds"] > 0
    assert set(document["phases"]) == {"list", "classify", "collect"}
    assert document["errors"] == {}


class Observer:
    """Does nothing, and is slow by the clock of the test."""

    @hookimpl
    def spock_region_started(self, event: RegionStarted) -> None:
        """For each region."""


@pytest.mark.parametrize("name", ["report.txt", "report.md", "report.json"])
def test_a_report_names_the_plugins_that_made_the_run_slow(name: str, master_files: Path):
    plugins = load_plugins()
    plugins.add(Observer(), "hanoi")
    plugins.calls = Calls(count(0.0, 6.0).__next__)
    regions = ("--regions", "VN", "HK", "--kis-master-url", str(master_files))
    assert main(["enrich", *regions, "--sources", "kis", "--report-file", name], plugins) == 0
    text = Path(name).read_text().replace("\\_", "_")  # Markdown
    if name == "report.json":
        slow = [one for one in json.loads(text)["slow_plugins"] if one["plugin"] == "hanoi"]
        where = {"plugin": "hanoi", "where": "spock_region_started"}
        assert slow == [{**where, "calls": 2, "seconds": 12.0}]
    else:
        assert "Slow: plugin hanoi took 12.0 s in spock_region_started (2 calls)" in text
