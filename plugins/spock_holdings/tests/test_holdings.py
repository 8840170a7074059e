"""Fund holdings: which rows are shares, which listing each is, and which day counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from spock_holdings.source import ADDRESS, NEEDS, FundHoldings, day_of, funds

from spock_core import Exchange, Listing, Market, Observation, SecurityType, Table
from spock_core.testing import listing

US = Market("US", "United States", (Exchange("XNYS", "New York", "USD"),))
HK = Market("HK", "Hong Kong", (Exchange("XHKG", "Hong Kong", "HKD"),))
NYSE, HKEX = "New York Stock Exchange Inc.", "Hong Kong Exchanges And Clearing Ltd"


def register(market: Market, *stocks: tuple[str, str, SecurityType]) -> dict[str, Listing]:
    return {
        ticker: listing(market, ticker, name)._replace(security_type=kind)
        for ticker, name, kind in stocks
    }


def row(ticker: str, name: str, sector: str, *, exchange=NYSE, currency="USD", kind="Equity"):
    return dict(zip(NEEDS, (ticker, name, sector, kind, exchange, currency), strict=True))


def table(*rows: dict[str, str], name: str = "IWV_holdings.csv", day: str = "") -> Table:
    preamble = (("iShares",), ("Fund Holdings as of", day)) if day else ()
    return Table(name, preamble, rows)


def sectors(market: Market, tables: list[Table], stocks: dict[str, Listing]) -> dict[str, str]:
    return {one.ticker: one.words["sector"] for one in FundHoldings().rows(market, tables, stocks)}


SHARE, PREFERRED = SecurityType.COMMON, SecurityType.PREFERRED


def test_a_share_class_is_written_without_separator():
    stocks = register(US, ("BRK/B", "BERKSHIRE HATHAWAY INC", SHARE))
    holding = row("BRKB", "BERKSHIRE HATHAWAY INC CLASS B", "Financials")
    assert sectors(US, [table(holding)], stocks) == {"BRK/B": "Financials"}


def test_a_share_is_never_a_preferred_share_with_the_same_letters():
    holding = row("META", "META PLATFORMS INC CLASS A", "Communication")
    metlife = ("MET/A", "METLIFE INC", PREFERRED)
    assert sectors(US, [table(holding)], register(US, metlife)) == {}
    both = register(US, metlife, ("META", "META PLATFORMS INC", SHARE))
    assert sectors(US, [table(holding)], both) == {"META": "Communication"}
    unmarked = register(US, ("MET/A", "METLIFE INC", SHARE))
    assert sectors(US, [table(holding)], unmarked) == {}


def test_hong_kongs_numbers_have_no_leading_zeros():
    stocks = register(HK, ("00700", "TENCENT", SHARE), ("00005", "HSBC HOLDINGS", SHARE))
    rows = [
        row("700", "TENCENT HOLDINGS LTD", "Communication", exchange=HKEX, currency="HKD"),
        row("5", "HSBC HOLDINGS PLC", "Financials", exchange=HKEX, currency="HKD"),
    ]
    found = sectors(HK, [table(*rows)], stocks)
    assert found == {"00700": "Communication", "00005": "Financials"}


@pytest.mark.parametrize(
    "holding",
    [
        row("USD", "USD CASH", "Cash and/or Derivatives", kind="Cash"),
        row("A", "AGILENT TECHNOLOGIES", "Cash and/or Derivatives"),
        row("A", "AGILENT TECHNOLOGIES", "Health Care", kind="Futures"),
        row("A", "AGILENT TECHNOLOGIES", "Health Care", currency="EUR"),
        row("A", "AGILENT TECHNOLOGIES", "Health Care", exchange="Xetra"),
        row("A", "ANOTHER SHARE WITH THIS TICKER", "Health Care"),
        {"Ticker": "This information should not be relied upon as research."},
    ],
)
def test_what_is_not_a_share_of_the_market_says_nothing(holding):
    stocks = register(US, ("A", "AGILENT TECHNOLOGIES INC", SHARE), ("USD", "SOME FUND", SHARE))
    assert sectors(US, [table(holding)], stocks) == {}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_of_several_files_the_latest_day_counts_in_any_order(order):
    stocks = register(US, ("V", "VISA INC CLASS A", SHARE))
    tables = [
        table(row("V", "VISA INC", "Financials"), day="May 21, 2025", name="A_holdings.csv"),
        table(row("V", "VISA INC", "Industrials"), day="Dec 31, 2024", name="B_holdings.csv"),
        table(row("V", "VISA INC", "Information Technology"), name="C_holdings.csv"),
    ]
    [one] = FundHoldings().rows(US, [tables[place] for place in order], stocks)
    assert one.words == {"sector": "Financials", "fund": "A", "as_of": "2025-05-21"}


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (("Fund Holdings as of", "May 21, 2025"), "2025-05-21"),
        (("Fund Holdings as of", "-"), ""),
        (("Inception Date", "May 22, 2000"), ""),
    ],
)
def test_the_day_of_the_holdings(cells, day):
    assert day_of(Table("X_holdings.csv", (cells,), ())) == day


@pytest.mark.parametrize(
    ("word", "code"),
    [("Communication", "50"), ("Real Estate", "60"), ("Cash and/or Derivatives", None)],
)
def test_sectors_of_holdings(word, code):
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    one = Observation("US", "V", "fund-holdings", {"sector": word, "fund": "IWV"}, noon)
    claim = FundHoldings().claim(one, US)
    assert (claim.gics_code if claim else None) == code


def test_a_market_that_no_fund_holds_has_no_file():
    assert FundHoldings().files(Market("VN", "Vietnam", US.exchanges)) == ()
    [first, *_] = FundHoldings().files(US)
    assert first.name == "ITOT_holdings.csv"
    assert first.address == ADDRESS.format(product=funds("US")["ITOT"], fund="ITOT")
    assert FundHoldings.about.opt_in
