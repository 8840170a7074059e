"""`spock show`: one stock on one screen, and why."""

from __future__ import annotations

import pytest

from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines


@pytest.fixture
def listed(enrich: Spock, master_files) -> None:
    """A register in which one stock is a mortgage REIT, and one ticker stands in two regions."""
    lines = read_lines(master_files, "HSX")
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    mortgages = with_columns(stock, c4="MORT", c7="OCEAN MORTGAGE JSC", c19="630")
    write_lines(master_files, "HSX", [*lines, mortgages, with_columns(stock, c4="TWIN", c19="610")])
    american = read_lines(master_files, "NYS")
    stock = next(line for line in american if line.split("\t")[8] == "2")
    write_lines(master_files, "NYS", [*american, with_columns(stock, c4="TWIN", c19="710")])
    enrich("--regions", "VN", "US")


def test_a_stock_is_shown_with_what_decided(spock: Spock, listed: None):
    text = spock("show", "vn:mort").out
    for words in ("VN:MORT  OCEAN MORTGAGE JSC", "sector     Financials (40), by kis, confidence 95 %",
                  "Mortgage Real Estate Investment Trusts (REITs) (402040)", "mortgage REITs are Financials in GICS",
                  "decides", "630"):  # fmt: skip
        assert words in text, words


def test_yahoos_symbol_finds_it_too(spock: Spock, listed: None, register):
    [(symbol, name)] = register("SELECT yahoo_symbol, name FROM tickers WHERE ticker = 'MORT'")
    for said in (symbol, symbol.lower(), f"VN:{symbol}", "VN:MORT", "mort"):
        assert name in spock("show", said).out, said


def test_a_ticker_comes_before_another_stocks_symbol(spock: Spock, listed: None, register):
    register("UPDATE tickers SET yahoo_symbol = 'TWIN' WHERE ticker = 'MORT'")
    assert "VN:TWIN" in spock("show", "VN:TWIN").out
    assert "may be US:TWIN, VN:MORT, VN:TWIN" in spock("show", "TWIN").err


def test_a_ticker_of_two_regions_asks_which(spock: Spock, listed: None):
    outcome = spock("show", "TWIN")
    assert outcome.code == 2
    assert "'TWIN' may be US:TWIN, VN:TWIN: add the region" in outcome.err
    assert "Information Technology (45)" in spock("show", "US:TWIN").out
    assert "Financials (40)" in spock("show", "VN:TWIN").out


def test_what_is_not_there_is_told(spock: Spock, listed: None):
    outcome = spock("show", "NOSUCH")
    assert outcome.code == 2
    assert "the register has no 'NOSUCH'" in outcome.err


def test_two_sources_stand_side_by_side_and_one_decides(spock: Spock, listed: None, register):
    register("INSERT INTO observations VALUES ('US', 'TWIN', 'yahoo-screener', "
             "'{\"industry\": \"Gold\", \"sector\": \"Basic Materials\"}', '2026-01-01 00:00:00.000000')")  # fmt: skip
    why = spock("show", "US:TWIN", "--json").document["why"]
    by_source = {one["observation"]["source"]: one for one in why}
    assert by_source["kis"]["decides"]
    assert not by_source["yahoo-screener"]["decides"]
    assert by_source["yahoo-screener"]["means"] == "Metals & Mining (151040)"


def test_the_history_is_shown(spock: Spock, enrich: Spock, listed: None, register):
    register("UPDATE stock_details SET sector = 'Moonshine' WHERE ticker = 'MORT'")
    enrich("--regions", "VN", "US")
    text = spock("show", "MORT").out
    assert "Moonshine" in text
    assert spock("show", "MORT", "--json").document["history"][0]["after"] == "Financials"


def test_what_no_source_knows_is_said_to_be_unknown(spock: Spock, listed: None, register):
    [(region, ticker)] = register(
        "SELECT region, ticker FROM stock_details WHERE sector IS NULL ORDER BY 1, 2 LIMIT 1"
    )
    text = spock("show", f"{region}:{ticker}").out
    assert "unknown to all sources" in text
    assert "no source has an observation of it" in text


def test_whoever_made_the_sandboxs_register_is_told_how_to_look_at_it(spock: Spock):
    assert "add --sandbox" not in spock("status").err
    assert spock("enrich", "--sandbox", "--sandbox-size", "300", "--sources", "kis").code == 0
    outcome = spock("status")
    assert outcome.code == 2
    assert "spock-sandbox.db is there: add --sandbox" in outcome.err
    assert spock("status", "--sandbox").code == 0


@pytest.mark.parametrize(
    ("said", "key"),
    [("BRK.B", "US:BRK/B"), ("hk:700", "HK:00700"), ("NYSE:BRK.A", "US:BRK/A"),
     ("600519.SH", "CN:600519"), ("kweichow moutai", "CN:600519"), ("애플", "US:AAPL")],
)  # fmt: skip
def test_a_stock_is_found_as_people_write_it(spock: Spock, known_register, said: str, key: str):
    assert spock("show", said).out.startswith(f"{key}  ")


def test_a_name_of_several_is_listed_and_a_typo_has_its_nearest(spock: Spock, known_register):
    assert "'apple' may be US:AAPL, US:APLE: write one of these" in spock("show", "apple").err
    outcome = spock("show", "tecnent")
    assert outcome.code == 2
    assert "the register has no 'tecnent'; nearest: HK:00700 TENCENT" in outcome.err
