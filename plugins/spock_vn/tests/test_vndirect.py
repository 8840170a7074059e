"""VNDIRECT's ICB industries: the most exact level counts, and every code means something in GICS."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from spock_vn.market import MARKET
from spock_vn.vndirect import Vndirect, meanings

from spock_core import Observation, Table

SOURCE = Vndirect()
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def table(*industries: tuple[str, str]) -> Table:
    rows = [
        {"industryCode": code, "englishName": f"Name {code}", "codeList": tickers}
        for code, tickers in industries
    ]
    return Table("industry_classification.json", (), rows)


def code_by_ticker(*tables: Table) -> dict[str, str]:
    return {row.ticker: row.words["industry_code"] for row in SOURCE.rows(MARKET, tables, {})}


def gics(code: str) -> str:
    observation = Observation("VN", "AAA", "vndirect", {"industry_code": code}, NOW)
    claim = SOURCE.claim(observation, MARKET)
    return claim.gics_code if claim else ""


def test_the_most_exact_level_of_each_stock_counts_whatever_the_order_of_the_tables():
    levels = [
        table(("8300", "VCB,BID"), ("2300", "HBC, BCC")),
        table(("2350", "HBC")),
        table(("2357", "HBC"), ("8355", "VCB")),
    ]
    expected = {"VCB": "8355", "BID": "8300", "HBC": "2357", "BCC": "2300"}
    assert code_by_ticker(*levels) == expected
    assert code_by_ticker(*reversed(levels)) == expected


def test_an_industry_without_a_stock_or_a_code_says_nothing():
    assert code_by_ticker(table(("8355", ""), ("8355", " , "), ("", "VCB"))) == {}


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("8355", "401010"),
        ("2357", "201030"),
        ("8777", "402030"),
        ("5751", "203020"),
        ("7535", "5510"),
    ],
)
def test_a_code_means_what_its_definition_says(code, meaning):
    assert gics(code) == meaning


def test_an_unknown_code_means_what_its_sector_or_supersector_means():
    assert gics("8359") == "401010"
    assert gics("8399") == "401010"
    assert gics("9999") == gics("12345") == gics("") == ""


def test_every_subsector_is_in_a_known_sector_and_supersector():
    for code in meanings():
        assert {f"{code[:3]}0", f"{code[:2]}00"} <= meanings().keys() | {"8900"}, code
