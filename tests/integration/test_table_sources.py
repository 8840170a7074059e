"""Table sources: a register's table is fetched once, read, matched and believed, or refused."""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from spock_core import workbook_of
from spock_core.sandbox.file_site import SiteFaults
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.distributions import Bring
from tests.support.kis_files import read_lines, write_lines

HANOI = """
import json
from spock_core import Claim, JsonRecords, SourceTerms, TableFile, TableRow, hookimpl

class Hanoi:
    name = counts_as = "hanoi"
    about = SourceTerms("hanoi.example", ("VN",), ("sector", "identifiers"), opt_in=OPT_IN,
                        terms="Free for everybody.")
    def observe(self, market, listings, now):
        return ()
    def files(self, market):
        kind = JsonRecords(rows=("data",), pages=("pages",))
        return (TableFile("hanoi-{page}.json", "https://hanoi.example/{page}", kind, ("code",)),)
    def rows(self, market, tables, listings):
        return [
            TableRow(row["code"], {"sector": row["sector"]}, {"ISIN": row["isin"]})
            for table in tables for row in table.rows
        ]
    def claim(self, observation, market):
        return Claim(self.name, observation.words["sector"], 0.99, "Hanoi says so")

@hookimpl
def spock_sources():
    return (Hanoi(),)
"""
GOOD_ISIN, BAD_ISIN = "US0378331005", "US0378331006"


@pytest.fixture
def china(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` of China with Shenwan's table, which the sandbox serves."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "CN", "--kis-master-url", master_files,
            "--sources", "kis", "shenwan", "--tables-url", sandbox.tables_url,
            "--max-retries", "1", "--retry-delay", "0", *arguments,
        )  # fmt: skip

    return run


def cut(faults: SiteFaults) -> None:
    faults.cut.add("*")
    faults.etag = '"new"'  # or the answer would be that it has not changed


def stored(register) -> int:
    [(number,)] = register("SELECT count(*) FROM observations WHERE source = 'shenwan'")
    return int(number)


def test_a_table_is_believed_and_an_unchanged_one_costs_one_request(china, sandbox, register):
    first = china()
    assert first.code == 0
    assert sandbox.counters["tables"] == 1
    [(stocks,)] = register("SELECT count(*) FROM tickers WHERE asset_type = 'STOCK'")
    assert stored(register) == stocks
    assert register("SELECT count(*) FROM stock_details WHERE sector IS NULL") == [(0,)]
    assert json.loads(first.out)["requests"]["shenwan"] == 1
    before = register("SELECT * FROM observations ORDER BY ticker, source")
    second = china()
    assert second.code == 0
    assert sandbox.counters["tables"] == 2
    assert register("SELECT * FROM observations ORDER BY ticker, source") == before


def test_a_table_that_has_not_changed_is_read_again_for_a_new_listing(
    china, master_files, register, noon
):
    lines = read_lines(master_files, "SHS")
    one = next(line for line in lines if line.split("\t")[8] == "2")
    write_lines(master_files, "SHS", [line for line in lines if line != one])
    china()
    before = stored(register)
    write_lines(master_files, "SHS", lines)
    noon.shift(3_600)
    assert china().code == 0
    assert stored(register) == before + 1


@pytest.mark.parametrize("later", ["after a month", "forced"])
def test_what_an_unchanged_table_still_says_is_confirmed(china, register, noon, later):
    china()
    oldest = "SELECT min(enriched_at) FROM stock_details WHERE sector_source = 'shenwan'"
    [(before,)] = register(oldest)
    noon.shift(timedelta(days=31 if later == "after a month" else 1))
    outcome = china(*(["--force-refresh"] if later == "forced" else []))
    assert outcome.code == 0
    [(after,)] = register(oldest)
    assert after > before
    [(said,)] = register("SELECT min(observed_at) FROM observations WHERE source = 'shenwan'")
    assert said > before
    china()
    assert register(oldest) == [(after,)]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda faults: faults.html.add("*"), "a web page instead of a table"),
        (lambda faults: faults.status.update({"*": 404}), "HTTP 404"),
        (lambda faults: faults.status.update({"*": 500}), "HTTP 500"),
        (cut, "closed before the download ended"),
        (lambda faults: faults.body.update({"*": b"not a workbook"}), "it is not a workbook"),
    ],
)
def test_a_table_that_cannot_be_had_is_told_and_what_it_said_stays(
    china, sandbox, register, spoil, words
):
    china()
    before = register("SELECT * FROM observations ORDER BY ticker, source")
    spoil(sandbox.tables.faults)
    outcome = china()
    assert outcome.code == 0
    assert "CN: shenwan has no usable table: " in outcome.err
    assert words in outcome.err
    assert "what it said before still counts" in outcome.err
    assert sandbox.counters["tables"] <= 1 + 3
    assert register("SELECT * FROM observations ORDER BY ticker, source") == before
    [(error, since)] = register("SELECT error, failing_since FROM table_sources")
    assert words in error
    assert since is not None
    sandbox.tables.faults = type(sandbox.tables.faults)()
    assert china().code == 0
    assert register("SELECT error, failing_since FROM table_sources") == [(None, None)]


def test_a_table_that_has_shrunk_is_refused_unless_the_user_accepts_it(china, sandbox, register):
    china()
    before = stored(register)
    few = [("股票代码", "计入日期", "行业代码"), ("600000", "2021-07-30", "480301")]
    sandbox.tables.faults.body["*"] = workbook_of(few)
    outcome = china()
    assert outcome.code == 0
    assert "it has 1 rows and had" in outcome.err
    assert "--accept-shrunk" in outcome.err
    assert china("--accept-shrunk").err.count("no usable table") == 0
    assert stored(register) == before  # what it said of the others still counts


@pytest.fixture
def vietnam(spock: Spock, sandbox: Sandbox, master_files: Path, bring: Bring, register) -> Spock:
    """`spock enrich --json` of Vietnam; the sandbox serves a table of three pages for a plugin."""

    def run(*arguments: object, opt_in: bool = False, source: str = HANOI) -> Outcome:
        if "spock_hanoi" not in sys.modules:
            bring("spock-hanoi", source.replace("OPT_IN", str(opt_in)), entry="hanoi")
        return spock(
            "enrich", "--json", "--regions", "VN", "--kis-master-url", master_files,
            "--tables-url", sandbox.tables_url, *arguments,
        )  # fmt: skip

    tickers = [line.split("\t")[4] for line in read_lines(master_files, "HSX")][:3]
    for page, ticker in enumerate(tickers, start=1):
        isin = BAD_ISIN if page == 3 else GOOD_ISIN
        row = {"code": ticker, "sector": "60", "isin": isin}
        document = json.dumps({"pages": 3, "data": [row]})
        sandbox.tables.files[f"hanoi-{page}.json"] = document.encode()
    return run


def test_a_third_party_brings_a_table_of_several_pages_with_identifiers(vietnam, sandbox, register):
    outcome = vietnam("--sources", "kis", "hanoi")
    assert outcome.code == 0
    assert sandbox.counters["tables"] == 3
    assert "VN: hanoi states 1 invalid identifiers" in outcome.err
    found = register("SELECT sector_source, count(*) FROM stock_details GROUP BY 1 ORDER BY 2")
    assert ("hanoi", 3) in found
    assert register("SELECT scheme, value, source FROM identifiers") == [
        ("ISIN", GOOD_ISIN, "hanoi"),
        ("ISIN", GOOD_ISIN, "hanoi"),
    ]
    assert register("SELECT count(*) FROM tickers WHERE isin = ?", GOOD_ISIN) == [(2,)]
    assert vietnam("--sources", "kis", "hanoi").code == 0
    assert sandbox.counters["tables"] == 4


def test_a_stock_is_found_by_its_identifiers(vietnam, spock):
    vietnam("--sources", "kis", "hanoi")
    both = spock("show", GOOD_ISIN.lower())
    assert both.code == 2
    assert "may be VN:" in both.err
    [first, _] = [
        word for word in re.split("[ ,:]+", both.err) if word.isupper() and len(word) == 3
    ]
    outcome = spock("show", f"VN:{first}")
    assert f"known as   ISIN {GOOD_ISIN}, by hanoi" in outcome.out
    assert (
        json.loads(spock("show", f"VN:{first}", "--json").out)["identifiers"][0]["scheme"] == "ISIN"
    )
    assert spock("show", BAD_ISIN).code == 2


def test_an_opt_in_source_is_used_only_if_the_user_names_it(vietnam, sandbox):
    others = ("--sources", "kis")
    assert vietnam(*others, opt_in=True).code == 0
    assert sandbox.counters["tables"] == 0
    assert vietnam(*others, "--opt-in", "hanoi", opt_in=True).code == 0
    assert sandbox.counters["tables"] == 3
    unknown = vietnam("--opt-in", "hanoy", opt_in=True)
    assert unknown.code == 2
    assert "unknown source 'hanoy'" in unknown.err


@pytest.mark.parametrize(
    ("method", "body", "words"),
    [
        ("rows", "raise ValueError('odd')", "failed in rows of source hanoi: ValueError: odd"),
        ("rows", "return ['odd']", "something else than a valid TableRow"),
        ("rows", "return [TableRow('A', {'sector': 60})]", "something else than a valid TableRow"),
        (
            "rows",
            "return [TableRow('A', {})] * 9999",
            "more rows than its tables and the market have",
        ),
        ("files", "raise OSError('odd')", "failed in files"),
        ("files", "return ['odd']", "something else than TableFile"),
    ],
)
def test_a_source_that_fails_leaves_the_others_untouched(
    vietnam, bring, register, method, body, words
):
    spoilt = re.sub(rf"(def {method}\(.*\):\n)", rf"\1        {body}\n", HANOI)
    outcome = vietnam("--sources", "kis", "hanoi", source=spoilt)
    assert outcome.code == 0
    assert words in outcome.err
    assert "VN: hanoi has no usable table" in outcome.err
    assert "Traceback" not in outcome.err
    assert register("SELECT count(*) > 0 FROM stock_details WHERE sector_source = 'kis'") == [(1,)]


@pytest.mark.parametrize("cell", ["6" * 1_001, "\x1b[31m60", "60\n60", "\u202e60"])
def test_a_cell_that_is_no_word_costs_its_row_alone(vietnam, bring, register, cell):
    body = f"return [TableRow(t, {{'sector': '60' if n else {cell!r}}}) for n, t in enumerate(listings)]"
    spoilt = re.sub(r"(def rows\(.*\):\n)", lambda found: f"{found[1]}        {body}\n", HANOI)
    outcome = vietnam("--sources", "kis", "hanoi", source=spoilt)
    assert outcome.code == 0
    assert "1 rows are left out" in outcome.err
    [(stocks,)] = register("SELECT count(*) FROM tickers WHERE asset_type = 'STOCK'")
    [(said,)] = register("SELECT count(*) FROM observations WHERE source = 'hanoi'")
    assert said == stocks - 1


def test_a_source_without_a_file_for_a_market_is_not_asked(vietnam, sandbox):
    elsewhere = re.sub(r"(def files\(.*\):\n)", r"\1        return ()\n", HANOI)
    outcome = vietnam("--sources", "kis", "hanoi", source=elsewhere)
    assert outcome.code == 0
    assert "no usable table" not in outcome.err
    assert sandbox.counters["tables"] == 0


def test_files_with_one_pattern_are_read_once_from_a_folder(vietnam, tmp_path, sandbox, register):
    files = """
        kind = JsonRecords(rows=("data",))
        return tuple(
            TableFile(name, "https://hanoi.example/", kind, ("code",), True, "hanoi-*.json")
            for name in ("hanoi-1.json", "hanoi-9.json")
        )
"""
    by_pattern = re.sub(r"(def files\(.*\):\n)", lambda match: match[1] + files[1:], HANOI)
    folder = tmp_path / "tables"
    folder.mkdir()
    for page in range(1, 4):
        content = sandbox.tables.files[f"hanoi-{page}.json"]
        (folder / f"hanoi-{page}.json").write_bytes(content)
    outcome = vietnam("--sources", "kis", "hanoi", "--tables-url", folder, source=by_pattern)
    assert outcome.code == 0
    assert register("SELECT rows, matched FROM table_sources") == [(3, 3)]


def test_a_damaged_file_that_is_optional_costs_itself_alone(
    spock: Spock, master_files: Path, register, tmp_path
):
    folder = tmp_path / "vndirect"
    folder.mkdir()
    [(ticker,)] = enrich_vietnam(spock, master_files, folder, register)
    banks = {"industryCode": "8300", "englishName": "Banks", "codeList": ticker}
    (folder / "industry_classification-2.json").write_text(json.dumps({"data": [banks]}))
    (folder / "industry_classification-4.json").write_text('{"data": [')
    enrich_vietnam(spock, master_files, folder, register)
    assert register("SELECT words FROM observations WHERE source = 'vndirect'") == [
        ('{"industry": "Banks", "industry_code": "8300"}',)
    ]


def enrich_vietnam(spock: Spock, master_files: Path, folder: Path, register) -> list[tuple[str]]:
    """Runs over Vietnam with VNDIRECT's tables in a folder; gives one of its stocks."""
    outcome = spock("enrich", "--regions", "VN", "--kis-master-url", master_files,
                    "--sources", "kis", "vndirect", "--tables-url", folder)  # fmt: skip
    assert outcome.code == 0
    if any(folder.iterdir()):
        told = "industry_classification-4.json: it is not JSON (JSONDecodeError); the other files"
        assert told in outcome.err
    return register("SELECT min(ticker) FROM tickers WHERE asset_type = 'STOCK'")  # type: ignore[no-any-return]
