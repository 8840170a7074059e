"""What issuers tell of their offshoots, and units of their issuers, in runs over real lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

COMMON = {"c4": "MET", "c6": "멧라이프", "c7": "METLIFE INC", "c19": "620"}
PREFERRED = {"c4": "MET/E", "c6": "멧라이프 우선주 E", "c7": "METLIFE INC 5.625% NON CUM PFD SER E"}
NOTE = {"c4": "METL", "c6": "멧라이프 채권", "c7": "METLIFE INC 6% NOTES DUE 2060"}
SECOND = {"c4": "MET/B", "c6": "멧라이프", "c7": "METLIFE INC", "c19": "000"}
BLANK = {"c4": "GTEN", "c6": "고어스", "c7": "GORES HOLDINGS X INC", "c19": "000"}
UNIT = {"c4": "GTENU", "c6": "고어스 유닛", "c7": "GORES HOLDINGS X INC UNIT 1 CL A & 1/4 WT"}


@pytest.fixture
def listed(enrich: Spock, master_files: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs over a New York list with these lines besides its own; gives what became of it."""
    monkeypatch.setenv("SPOCK_SOURCES", "kis,issuer")
    ours = read_lines(master_files, "NYS")
    model = next(line for line in ours if line.split("\t")[8] == "2")

    def run(*lines: dict[str, str], flags: tuple[str, ...] = ()) -> dict[str, Any]:
        made = [with_columns(model, **{"c19": "000", **columns}) for columns in lines]
        write_lines(master_files, "NYS", [*ours, *made])
        outcome = enrich("--regions", "US", *flags)
        assert outcome.code == 0, outcome.err
        return outcome.region("US")

    return run


def details(register, ticker: str) -> tuple[Any, ...]:
    query = "SELECT sector, industry, sector_source, is_spac, is_preferred FROM stock_details"
    [row] = register(f"{query} WHERE region = 'US' AND ticker = ?", ticker)
    return tuple(row)


def test_offshoots_take_their_issuers_classification_and_say_so(listed, register):
    counts = listed(COMMON, PREFERRED, NOTE, SECOND)
    assert details(register, "MET/E") == ("Financials", "Insurance", "issuer", 0, 1)
    assert details(register, "METL") == ("Financials", "Insurance", "issuer", 0, 0)
    assert details(register, "MET/B")[:3] == ("Financials", "Insurance", "issuer")
    assert counts["issuer"] >= 3
    assert counts["total"] == sum(counts[n] for n in ("enriched", "failed", "skipped", "unknown"))


def test_what_is_said_of_a_preferred_share_itself_counts_less(listed, register):
    listed(COMMON, PREFERRED | {"c19": "730"})
    assert details(register, "MET/E")[0] == "Financials"


def test_offshoots_follow_when_their_issuer_changes(listed, register):
    listed(COMMON, PREFERRED)
    listed(COMMON | {"c19": "610"}, PREFERRED)
    assert details(register, "MET/E")[:2] == ("Financials", "Banks")


def test_a_second_run_writes_nothing(listed, register):
    listed(COMMON, PREFERRED)
    before = register("SELECT * FROM observations ORDER BY 1, 2, 3")
    assert listed(COMMON, PREFERRED)["enriched"] == 0
    assert register("SELECT * FROM observations ORDER BY 1, 2, 3") == before


def test_an_issuer_that_leaves_its_list_leaves_its_word(listed, register):
    listed(COMMON, PREFERRED)
    listed(PREFERRED)
    assert details(register, "MET/E")[:3] == ("Financials", "Insurance", "issuer")


def test_a_family_that_is_none_is_undone(listed, register):
    listed(COMMON, PREFERRED)
    stranger = PREFERRED | {"c6": "다른 우선주", "c7": "QUITE ANOTHER CO 5% PFD"}
    listed(COMMON, stranger)
    assert details(register, "MET/E")[:3] == (None, None, None)


def test_a_unit_of_shares_and_warrants_tells_its_issuer_for_a_blank_cheque(listed, register):
    listed(BLANK, UNIT)
    assert details(register, "GTEN")[3] == 1
    assert details(register, "GTENU")[3] == 1


def test_an_issuer_with_a_business_is_no_blank_cheque_nor_is_its_unit(listed, register):
    listed(BLANK, UNIT)
    listed(BLANK | {"c19": "530"}, UNIT)
    assert details(register, "GTEN")[3] == 0
    assert details(register, "GTENU")[3] == 0
    assert details(register, "GTENU")[0] == "Health Care"


def test_a_register_made_without_the_issuer_gains_by_it_later(listed, register, monkeypatch):
    monkeypatch.setenv("SPOCK_SOURCES", "kis")
    listed(COMMON, PREFERRED)
    assert details(register, "MET/E")[0] is None
    monkeypatch.setenv("SPOCK_SOURCES", "kis,issuer")
    listed(COMMON, PREFERRED)
    assert details(register, "MET/E")[0] == "Financials"


def test_an_override_of_the_issuer_that_is_withdrawn_leaves_its_offshoots_too(listed, register):
    Path("own.csv").write_text("region,ticker,field,value,reason\nUS,MET,sector,45,so\n")
    unknown = COMMON | {"c19": "000"}
    listed(unknown, PREFERRED, flags=("--overrides", "own.csv"))
    assert details(register, "MET/E")[:3] == ("Information Technology", None, "issuer")
    Path("own.csv").write_text("region,ticker,field,value,reason\n")
    listed(unknown, PREFERRED, flags=("--overrides", "own.csv"))
    assert details(register, "MET")[0] is None
    assert details(register, "MET/E")[:3] == (None, None, None)


def test_a_ticker_that_another_company_takes_over_is_no_offshoot_any_more(listed, register):
    listed(COMMON, NOTE)
    assert details(register, "METL")[2] == "issuer"
    listed(NOTE | {"c6": "메탈릭", "c7": "METALLIC BIOTECH CORP", "c19": "530"})
    assert details(register, "METL")[:3] == ("Health Care", None, "kis")


def test_an_offshoot_that_leaves_its_list_keeps_what_was_said_of_it(listed, register):
    listed(COMMON, PREFERRED)
    listed(COMMON)
    assert register("SELECT count(*) FROM observations WHERE ticker = 'MET/E'") == [(1,)]


def test_a_company_whose_units_have_left_and_that_has_another_name_is_no_blank_cheque(
    listed, register
):
    listed(BLANK, UNIT)
    listed(BLANK | {"c6": "보통", "c7": "ORDINARY BROKERAGE PLC", "c19": "640"})
    assert details(register, "GTEN")[3] == 0


def test_a_second_class_is_not_confirmed_by_its_own_echo(listed, register):
    listed(COMMON, SECOND | {"c19": "620"})
    sure = dict(register("SELECT ticker, sector_confidence FROM stock_details "
                         "WHERE region = 'US' AND ticker IN ('MET', 'MET/B')"))  # fmt: skip
    assert sure["MET"] == sure["MET/B"]
    assert details(register, "MET/B")[2] == "kis"


def test_it_is_shown_whose_word_it_is(spock: Spock, listed, register):
    listed(COMMON, PREFERRED)
    text = spock("show", "US:MET/E").out
    assert "issued by MET, as kis says" in text
