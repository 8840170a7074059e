"""`spock audit`: how right the register is, against a file and within itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.kis_files import add_stocks
from tests.support.processes import ended, start

FORMULA = "=HYPERLINK(1) JSC"


@pytest.fixture
def listed(enrich: Spock, master_files: Path) -> None:
    """A register with stocks of known codes; KIS says nothing of one of them."""
    codes = {"BANK": "610", "LEND": "640", "SOFT": "720", "NONE": "000"}
    add_stocks(master_files, "HSX", codes)
    add_stocks(master_files, "HNX", {"EVIL": "610"}, c7=FORMULA)
    add_stocks(master_files, "TSE", {"MINE": "130"})
    assert enrich("--regions", "VN", "JP").code == 0


@pytest.fixture
def audit(spock: Spock, listed: None) -> Spock:
    """Audits the register against these lines of a CSV file."""

    def run(lines: str, *arguments: object, header: str = "region,ticker,sector") -> Outcome:
        Path("official.csv").write_text(f"{header}\n{lines}", "utf-8")
        return spock("audit", "official.csv", *arguments)

    return run


LINES = """VN,BANK,Financials
VN,LEND,financials
VN,SOFT,Communication Services
VN,EVIL,50
jp,MINE,15104020
"""


def test_agreement_is_counted_in_all_by_region_by_source_and_by_confidence(audit):
    found = audit(LINES, "--json").document
    assert (found["stocks"], found["compared"], found["agree"], found["rate"]) == (5, 5, 3, 0.6)
    assert found["by_region"] == {
        "JP": {"compared": 1, "agree": 1, "rate": 1.0},
        "VN": {"compared": 4, "agree": 2, "rate": 0.5},
    }
    assert found["by_source"] == {"kis": {"compared": 5, "agree": 3, "rate": 0.6}}
    bands = found["by_confidence"]
    assert sum(band["compared"] for band in bands) == 5
    assert sum(band["agree"] for band in bands) == 3
    assert [band["from"] for band in bands] == sorted((b["from"] for b in bands), reverse=True)
    for band in bands:
        assert band["from"] <= band["said"] <= band["to"]
    confused = {(one["official"], one["found"]): one["stocks"] for one in found["confusion"]}
    assert confused == {
        ("Financials", "Financials"): 2,
        ("Communication Services", "Information Technology"): 1,
        ("Communication Services", "Financials"): 1,
        ("Materials", "Materials"): 1,
    }


def test_the_differences_are_listed_the_surest_first_with_what_was_said(audit):
    found = audit(LINES, "--json", "--differences", "0").document["differences"]
    assert [one["ticker"] for one in found] == ["EVIL", "SOFT"]
    assert found[0]["confidence"] > found[1]["confidence"]
    [said] = found[1]["said"]
    assert (said["source"], said["words"], said["decides"]) == (
        "kis",
        {"sector_code": "720"},
        ["sector"],
    )
    assert said["means"] == "Information Technology (45)"


def test_people_see_tables_and_as_many_differences_as_they_ask_for(audit):
    text = audit(LINES).out
    for words in ("5 stocks, 5 compared", "3 agree: 60.0 %", "official \\ register",
                  "50 Communication Services", "2 of 2", "VN:EVIL", "kis: 720"):  # fmt: skip
        assert words in text, words
    fewer = audit(LINES, "--differences", "1").out
    assert "1 of 2" in fewer
    assert "VN:SOFT" not in fewer
    assert "differences" not in audit(LINES, "--differences", "0").out


def test_what_cannot_be_compared_is_counted_and_named(audit):
    lines = "VN,NOSUCH,Energy\nZZ,A,Energy\nVN,NONE,Energy\nVN,BANK,40\nVN,BANK,Financials\n"
    found = audit(lines, "--json").document
    assert found["not_there"] == [["VN", "NOSUCH"], ["ZZ", "A"]]
    assert found["no_sector"] == [["VN", "NONE"]]
    assert (found["compared"], found["agree"], found["bad_rows"]) == (1, 1, [])
    text = audit(lines).out
    assert "not in the register, or not as an active stock: 2: VN:NOSUCH, ZZ:A" in text
    assert "without a sector in the register: 1: VN:NONE" in text


def test_bad_rows_are_named_and_passed_over(audit):
    lines = "VN,BANK,Bankng\nVN,,Energy\n,BANK,Energy\nVN,SOFT,45\nVN,SOFT,40\nVN,LEND,\x1b[1mx\n"
    outcome = audit(lines, "--json")
    assert outcome.document["compared"] == 1
    bad = {row["line"]: row["reason"] for row in outcome.document["bad_rows"]}
    assert bad == {
        2: "'Bankng' is not a GICS sector of 2023",
        3: "the ticker is empty",
        4: "region '' is not a code of two letters",
        6: "VN:SOFT has another sector in an earlier row",
        7: "'[1mx' is not a GICS sector of 2023",
    }
    assert "line 2: 'Bankng' is not a GICS sector" in audit(lines).out
    assert "\x1b" not in audit(lines).out


def test_headers_in_any_case_other_columns_and_gics_sector_are_read(audit):
    found = audit(
        "x,BANK,Technology,40,VN\n", "--json", header="Name,TICKER,Sector,GICS_Sector,Region"
    )
    assert found.document["agree"] == 1


@pytest.mark.parametrize(
    "header", ["", "region,ticker", "ticker,sector", "region;ticker;sector", "region,sector"]
)
def test_a_file_without_the_columns_is_one_line(audit, header):
    outcome = audit("", header=header)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "needs the columns region, ticker and sector (or gics_sector); it has" in outcome.err


def test_a_file_that_is_no_csv_or_not_there_is_one_line(spock: Spock):
    Path("picture.csv").write_bytes(b"region,ticker,sector\n\x89PNG\r\n")
    assert "line 2: not UTF-8" in spock("audit", "picture.csv").err
    assert spock("audit", "picture.csv").code == 2
    assert "nowhere.csv cannot be read" in spock("audit", "nowhere.csv").err


def test_all_differences_go_to_a_file_in_which_formulas_are_inert(audit):
    assert audit(LINES, "--output", "differences.csv", "--differences", "0").code == 0
    with Path("differences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["ticker"], row["official"], row["register"]) for row in rows] == [
        ("EVIL", "Communication Services", "Financials"),
        ("SOFT", "Communication Services", "Information Technology"),
    ]
    assert rows[0]["name"] == f"'{FORMULA}"
    assert rows[1]["said"] == "kis: 720 (Information Technology (45))"


def test_a_folder_that_is_not_there_is_told(audit):
    outcome = audit(LINES, "--output", "nowhere/differences.csv")
    assert outcome.code == 2
    assert "output file nowhere/differences.csv cannot be written" in outcome.err
    assert not outcome.out


def test_too_little_agreement_fails_where_a_rate_is_named(audit):
    assert audit(LINES, "--fail-under", "0.6").code == 0
    assert audit(LINES, "--fail-under", "0.61").code == 1
    assert audit(LINES).code == 0
    nothing = "VN,NOSUCH,Energy\n"
    assert audit(nothing).code == 0
    assert audit(nothing, "--fail-under", "0.1").code == 1
    for flag in (("--fail-under", "nan"), ("--fail-under", "2"), ("--differences", "-1")):
        outcome = audit(LINES, *flag)
        assert outcome.code == 2
        assert " ".join(flag) in outcome.err


def test_an_override_is_a_source_of_its_own(audit, enrich: Spock):
    Path("overrides.csv").write_text(
        "region,ticker,field,value,reason\nVN,SOFT,sector,50,it streams\n"
    )
    enrich("--regions", "VN", "--overrides", "overrides.csv")
    found = audit(LINES, "--json").document
    assert found["by_source"]["override"] == {"compared": 1, "agree": 1, "rate": 1.0}
    assert found["by_confidence"][0] == {
        "from": 1.0, "to": 1.0, "said": 1.0, "compared": 1, "agree": 1, "rate": 1.0
    }  # fmt: skip


def test_a_stock_that_left_its_list_is_not_compared(audit, register):
    register("UPDATE tickers SET is_active = 0 WHERE ticker = 'BANK'")
    found = audit(LINES, "--json").document
    assert found["compared"] == 4
    assert found["not_there"] == [["VN", "BANK"]]


@pytest.fixture
def both(listed: None, register) -> None:
    """Yahoo speaks of some stocks too; of one it has spoken twice."""
    said = [
        ("BANK", "yahoo-screener", "Banks - Regional", "2026-01-02"),
        ("BANK", "yahoo-profile", "Gold", "2026-01-01"),
        ("LEND", "yahoo-screener", "Gold", "2026-01-01"),
        ("EVIL", "yahoo-profile", "Gold", "2026-01-01"),
        ("NONE", "yahoo-profile", "Gold", "2026-01-01"),
        ("SOFT", "yahoo-profile", "Never heard of", "2026-01-01"),
    ]
    for ticker, source, industry, day in said:
        words = json.dumps({"industry": industry, "sector": "Basic Materials"})
        register("INSERT INTO observations VALUES ('VN', ?, ?, ?, ?)", ticker, source, words,
                 f"{day} 00:00:00.000000")  # fmt: skip


def test_without_a_file_the_sources_are_compared_by_their_last_words(spock: Spock, both: None):
    found = spock("audit", "--json").document
    assert (found["compared"], found["agree"]) == (4, 1)
    assert found["by_region"] == {"VN": {"compared": 4, "agree": 1, "rate": 0.25}}
    words = {(one["provider"], one["words"]): one for one in found["words"]}
    gold = words["yahoo", "Gold"]
    assert (gold["means"], gold["stocks"], gold["agree"]) == ("Materials", 2, 0)
    assert (gold["other"], gold["other_stocks"]) == ("Financials", 2)
    banks = words["kis", "610"]
    assert (banks["stocks"], banks["agree"], banks["other_words"]) == (2, 1, "Gold")
    assert words["yahoo", "Banks - Regional"]["other"] is None
    assert words["yahoo", ""]["means"] == "Materials"
    assert found["words"][0]["words"] == "Gold"


def test_people_see_which_words_differ_most(spock: Spock, both: None):
    text = spock("audit", "--differences", "1").out
    assert "words of yahoo that differ most: 1 of 2" in text
    assert "Gold" in text
    assert "words of kis that differ most: 1 of 3" in text
    assert spock("audit", "--fail-under", "0.5").code == 1
    spock("audit", "--output", "words.csv")
    with Path("words.csv").open(encoding="utf-8", newline="") as file:
        assert {row["words"] for row in csv.DictReader(file)} == {"610", "640", "720", "Gold", ""}


def test_where_one_speaks_alone_there_is_nothing_to_compare(spock: Spock, listed: None):
    outcome = spock("audit")
    assert (outcome.code, "no stock yet has a sector from both" in outcome.out) == (0, True)
    assert spock("audit", "--json").document["rate"] is None


def test_a_register_that_is_not_there_is_told(spock: Spock):
    outcome = spock("audit")
    assert outcome.code == 2
    assert "run `spock enrich`" in outcome.err


def test_a_run_over_the_sandbox_can_be_audited(sandbox, tmp_path, spock: Spock, register):
    assert ended(start(sandbox, tmp_path))[0] == 0
    found = spock("audit", "--json").document
    [(both,)] = register(
        "SELECT count(*) FROM (SELECT 1 FROM observations JOIN tickers USING (region, ticker) "
        "WHERE is_active GROUP BY region, ticker HAVING count(*) > 1)"
    )
    assert 0 < found["compared"] <= both
    assert found["rate"] > 0.9
