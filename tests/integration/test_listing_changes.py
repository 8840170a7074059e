"""What the lists change from one night to the next is noticed, and nothing is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

NEW = "VN\t71\tHNX\t하노이\tZZ9\tHNXZZ9\t새회사\tNEW COMPANY JSC\t2\tVND\t0\t\t1\t100\t100\t900\t1500\tN\t\t610\t0\t0\t   \t   "


@pytest.fixture
def vietnam(enrich: Spock, master_files: Path) -> list[str]:
    """Hanoi's lines, after a first run."""
    enrich("--regions", "VN")
    return read_lines(master_files, "HNX")


def changes(outcome) -> dict[str, int]:
    listing = outcome.region("VN")["listing"]
    return {name: listing[name] for name in ("new", "changed", "gone", "back")}


def ticker_of(line: str) -> str:
    return line.split("\t")[4]


def test_a_new_listing_is_added_and_classified(enrich, vietnam, master_files, register):
    write_lines(master_files, "HNX", [*vietnam, NEW])
    outcome = enrich("--regions", "VN")
    assert changes(outcome) == {"new": 1, "changed": 0, "gone": 0, "back": 0}
    assert outcome.region("VN")["enriched"] == 1
    assert register("SELECT sector FROM stock_details WHERE ticker = 'ZZ9'") == [("Financials",)]


def test_a_changed_name_is_taken_over(enrich, vietnam, master_files, register):
    write_lines(master_files, "HNX", [with_columns(vietnam[0], c7="RENAMED"), *vietnam[1:]])
    assert changes(enrich("--regions", "VN"))["changed"] == 1
    ticker = ticker_of(vietnam[0])
    assert register("SELECT name FROM tickers WHERE ticker = ?", ticker) == [("RENAMED",)]


def test_a_changed_sector_code_changes_the_classification(enrich, vietnam, master_files, register):
    stock = next(line for line in vietnam if line.split("\t")[19] not in ("000", "620", ""))
    lines = [with_columns(one, c19="620") if one == stock else one for one in vietnam]
    write_lines(master_files, "HNX", lines)
    assert enrich("--regions", "VN").region("VN")["enriched"] == 1
    query = "SELECT industry FROM stock_details WHERE ticker = ?"
    assert register(query, ticker_of(stock)) == [("Insurance",)]


def test_a_gone_listing_is_marked_and_kept_and_may_come_back(
    enrich, vietnam, master_files, register
):
    ticker = ticker_of(vietnam[0])
    write_lines(master_files, "HNX", vietnam[1:])
    assert changes(enrich("--regions", "VN"))["gone"] == 1
    assert register("SELECT is_active FROM tickers WHERE ticker = ?", ticker) == [(0,)]
    assert register("SELECT count(*) FROM stock_details WHERE ticker = ?", ticker) == [(1,)]
    write_lines(master_files, "HNX", vietnam)
    assert changes(enrich("--regions", "VN"))["back"] == 1
    assert register("SELECT is_active FROM tickers WHERE ticker = ?", ticker) == [(1,)]


def test_a_stock_that_moves_to_another_exchange_is_changed_not_lost(
    enrich, vietnam, master_files, register
):
    other = read_lines(master_files, "HSX")
    moved = with_columns(vietnam[0], c2="HSX", c1="70")
    write_lines(master_files, "HNX", vietnam[1:])
    write_lines(master_files, "HSX", [*other, moved])
    assert changes(enrich("--regions", "VN")) == {"new": 0, "changed": 1, "gone": 0, "back": 0}
    query = "SELECT kis_exchange, is_active FROM tickers WHERE ticker = ?"
    assert register(query, ticker_of(moved)) == [("HSX", 1)]


def test_an_emptied_column_never_clears_what_was_known(enrich, vietnam, master_files, register):
    stock = next(line for line in vietnam if line.split("\t")[19] not in ("000", ""))
    ticker, name = ticker_of(stock), stock.split("\t")[7]
    emptied = with_columns(stock, c6="", c7="", c19="")
    write_lines(master_files, "HNX", [emptied if one == stock else one for one in vietnam])
    enrich("--regions", "VN")
    known = register("SELECT name, sector FROM tickers JOIN stock_details USING (region, ticker) "
                     "WHERE ticker = ?", ticker)  # fmt: skip
    assert known[0][0] == name
    assert known[0][1] is not None


def test_a_code_that_kis_takes_back_leaves_the_sector_that_was_learned(
    enrich, vietnam, master_files, register
):
    stock = next(line for line in vietnam if line.split("\t")[19] not in ("000", ""))
    query = "SELECT sector FROM stock_details WHERE ticker = ?"
    before = register(query, ticker_of(stock))
    taken = with_columns(stock, c19="000")
    write_lines(master_files, "HNX", [taken if one == stock else one for one in vietnam])
    enrich("--regions", "VN")
    assert register(query, ticker_of(stock)) == before


def test_last_seen_moves_once_a_day(enrich, vietnam, register):
    register("UPDATE tickers SET last_seen_at = '2020-01-01 00:00:00.000000'")
    enrich("--regions", "VN")
    [(oldest,)] = register("SELECT min(last_seen_at) FROM tickers")
    assert oldest > "2026"
    enrich("--regions", "VN")
    assert register("SELECT min(last_seen_at) FROM tickers") == [(oldest,)]
