"""Nasdaq's directories of symbols: tickers, kinds by the full names, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from spock_us.market import MARKET
from spock_us.nasdaq_trader import NASDAQ, OTHERS, NasdaqTrader, kind_of, tickers_of

from spock_core import Observation, Table
from spock_core.testing import listing

SOURCE = NasdaqTrader()
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def other(symbol: str, name: str = "Somebody Inc. Common Stock", **cells: str) -> dict[str, str]:
    row = {"ACT Symbol": symbol, "Security Name": name, "Exchange": "N", "ETF": "N"}
    return row | {"Test Issue": "N"} | cells


def rows(*cells: dict[str, str], file: str = OTHERS, tickers: tuple[str, ...] = ()):
    listings = {one: listing(MARKET, one, one, mic="XNYS") for one in tickers}
    return {
        one.ticker: one.words for one in SOURCE.rows(MARKET, [Table(file, (), cells)], listings)
    }


@pytest.mark.parametrize(
    ("symbol", "ticker"),
    [
        ("A", "A"),
        ("BRK.B", "BRK/B"),
        ("BAC$L", "BAC/L"),
        ("HWM$", "HWM/"),
        ("AACT.U", "AACT/UN"),
        ("PSFE.W", "PSFE/WS"),
        ("SOUL.R", "SOUL/RT"),
    ],
)
def test_act_symbols_are_kis_tickers_in_another_form(symbol, ticker):
    assert tickers_of(symbol)[0] == ticker


def test_of_two_forms_the_listed_one_counts():
    assert list(rows(other("ABC.W"), tickers=("ABC/WT",))) == ["ABC/WT"]


def test_words_are_kept_and_test_issues_are_not():
    own = {"Symbol": "AACG", "Security Name": "ATA - American Depositary Shares", "ETF": "N"}
    own |= {"Market Category": "S", "Financial Status": "D", "Test Issue": "N"}
    test = own | {"Symbol": "ZVZZT", "Test Issue": "Y"}
    assert rows(own, test, file=NASDAQ) == {
        "AACG": {
            "symbol": "AACG", "name": "ATA - American Depositary Shares", "etf": "N", "tier": "S",
            "financial_status": "D",
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Agilent Technologies, Inc. Common Stock", "common"),
        ("Preferred Bank - Common Stock", "common"),
        ("Bank Halifax Pfd 3 Ordinary Shares", "common"),
        ("Lake Energy Partners L.P. Common Units representing limited partner interests", "common"),
        ("Rock Royalty Trust Trust Units", "common"),
        ("ADS-TECH PLC - Ordinary Shares", "common"),
        ("River Bancorp 7.375% Non-Cumulative Perpetual Preferred Stock, Series B", "preferred"),
        ("Depositary Shares, each representing 1/40th of a share of Preferred Stock", "preferred"),
        ("River Credit 8.00% Series A Term Preferred Stock due 2029", "preferred"),
        ("River Partners LP 9.00% Series A Cumulative Redeemable Preferred Units", "preferred"),
        ("River - American Depositary Shares, each representing two common shares",
         "depositary_receipt"),
        ("River SA American Depositary Shares (each representing one Unit consisting of 5 shares)",
         "depositary_receipt"),
        ("River Acquisition Corp. - Units", "unit"),
        ("Units, each consisting of one Class A ordinary share and one-half of one warrant", "unit"),
        ("Energy Inc. Corporate Units", "unit"),
        ("River Acquisition Corp. Redeemable Warrants included as part of the units", "warrant"),
        ("River Corp. - Warrants to purchase one ADS", "warrant"),
        ("River Acquisition Corp. - Rights", "right"),
        ("River Inc. 6.00% Notes due 2027", "note"),
        ("River LLC First Mortgage Bonds, 4.875% Series Due September 1, 2066", "note"),
        ("River Motor 6.2% Fixed Rate Securities due June 1, 2059", "note"),
        ("River Energy 4.25% Junior Subordinated Debentures", "note"),
        ("River Preferred and Income Securities Fund Incorporated", None),
        ("Altria Group, Inc.", None),
    ],
)  # fmt: skip
def test_the_full_name_tells_the_kind(name, kind):
    found = kind_of("ABC", name, etf=False)
    assert (found[0] if found else None) == kind


def test_symbols_tell_what_the_name_leaves_open():
    assert kind_of("ABC$A", "River Trust VI", etf=False)[0] == "preferred"
    assert kind_of("ABC$A", "River Motor 6.20% Notes due 2059", etf=False)[0] == "note"
    assert kind_of("ABC.U", "River Corp II", etf=False)[0] == "unit"


def test_a_fund_is_one_by_its_mark_and_a_note_among_funds_stays_a_note():
    assert kind_of("ABC", "River Trust Quality Preferred Shares", etf=True)[0] == "fund"
    assert kind_of("ABC", "River Oil ETN due 2041", etf=True)[0] == "note"
    words = {"name": "River Trust", "etf": "Y", "symbol": "ABC"}
    claim = SOURCE.claim(Observation("US", "ABC", SOURCE.name, words, NOW), MARKET)
    assert (claim.security_type, claim.asset_type) == ("fund", "ETF")
