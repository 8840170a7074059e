"""Shenwan's table: which industry holds, and which held before."""

from __future__ import annotations

from spock_cn.market import MARKET
from spock_cn.shenwan import INDUSTRY, MOST, SINCE, STOCK, Shenwan

from spock_core import Table


def words_of(*rows: tuple[str, str, str]) -> dict[str, dict[str, str]]:
    """What the source says of each number, from rows of number, day and code."""
    table = Table(
        "made up", (), [dict(zip((STOCK, SINCE, INDUSTRY), row, strict=True)) for row in rows]
    )
    return {row.ticker: dict(row.words) for row in Shenwan().rows(MARKET, [table], {})}


def test_the_latest_industry_holds_and_the_earlier_ones_are_kept_with_their_days():
    said = words_of(
        ("1", "2021-07-30 00:00:00", "480301"),
        ("1", "1991-04-03 00:00:00", "440101"),
        ("600519", "2014-02-21", "340501"),
        ("1", "2014-02-21 00:00:00", "480101"),
        ("2", "2014-02-21", "no code"),
    )
    assert said == {
        "000001": {
            "industry_code": "480301",
            "since": "2021-07-30",
            "earlier": "440101 since 1991-04-03; 480101 since 2014-02-21",
        },
        "600519": {"industry_code": "340501", "since": "2014-02-21"},
    }


def test_a_row_without_an_industry_says_nothing():
    assert words_of(("1", "2021-07-30", "")) == {}


def test_of_very_many_earlier_industries_the_latest_are_kept():
    rows = [("1", f"2021-01-01 {n:05}", "480301") for n in range(3)]
    rows += [("1", f"{1900 + n}-01-01", f"{440_000 + n}") for n in range(100)]
    earlier = words_of(*rows)["000001"]["earlier"].split("; ")
    assert len(earlier) == MOST
    assert earlier[-1] == "440099 since 1999-01-01"
