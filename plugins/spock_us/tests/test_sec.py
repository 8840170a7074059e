"""The SEC's table: who gets a CIK, and which contact can be sent."""

from __future__ import annotations

import pytest
from spock_us.market import MARKET
from spock_us.sec import CONTACT, FILE, Sec

from spock_core import AssetType, Table
from spock_core.testing import listing


def cik_of(ticker: str, name: str, symbol: str, title: str) -> str | None:
    one = listing(MARKET, ticker, name, asset_type=AssetType.STOCK)
    one = one._replace(security_type=MARKET.security_type(one))
    row = {"cik_str": "320193", "ticker": symbol, "title": title}
    rows = list(Sec().rows(MARKET, [Table(FILE, (), [row])], {ticker: one}))
    return rows[0].identifiers["CIK"] if rows else None


@pytest.mark.parametrize(
    ("ticker", "name", "symbol", "title"),
    [
        ("AAPL", "APPLE INC", "AAPL", "Apple Inc."),
        ("BRK/B", "BERKSHIRE HATHAWAY INC CL B", "BRK-B", "BERKSHIRE HATHAWAY INC"),
        ("MET/E", "METLIFE INC 5.625% NON CUM PFD SER E", "MET-PE", "METLIFE INC"),
        ("BP", "BP SPON ADR EACH REP 6 ORD SHS", "BP", "BP PLC"),
        ("DHI", "DR HORTON INC", "DHI", "HORTON D R INC /DE/"),
        ("SIRI", "SIRIUSXM HOLDINGS INC", "siri", "SIRIUS XM HOLDINGS INC."),
    ],
)
def test_an_issuer_is_found_by_symbol_and_name(ticker, name, symbol, title):
    assert cik_of(ticker, name, symbol, title) == "320193"


@pytest.mark.parametrize(
    ("ticker", "name", "symbol", "title"),
    [
        ("SPWR", "COMPLETE SOLARIA INC", "SPWR", "SUNPOWER CORP"),
        ("AACIU", "ARMADA ACQUISITION CORP II UNIT 1 ORD", "AACIU", "Armada Acquisition Corp. I"),
        ("META", "META PLATFORMS INC", "MET-A", "META PLATFORMS INC"),
        ("AAPL", "", "AAPL", "Apple Inc."),
        ("AAPL", "APPLE INC", "AAPL", ""),
    ],
)
def test_another_company_under_the_symbol_gets_no_cik(ticker, name, symbol, title):
    assert cik_of(ticker, name, symbol, title) is None


@pytest.mark.parametrize("contact", ["Änne ann@example.com", "x" * 201])
def test_a_contact_that_no_header_can_have_is_refused(contact):
    with pytest.raises(ValueError, match="up to 200 characters of ASCII"):
        CONTACT.check(contact)
