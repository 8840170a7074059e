"""Mainland China: symbols by exchange, and numbers that occur twice."""

from __future__ import annotations

import pytest
from spock_cn.market import MARKET

from spock_core.testing import listing


@pytest.mark.parametrize(
    ("ticker", "mic", "symbol"),
    [
        ("600519", "XSHG", "600519.SS"),
        ("000001", "XSHE", "000001.SZ"),
        ("SHI000001", "XSHG", "000001.SS"),
        ("SZI399001", "XSHE", "399001.SZ"),
    ],
)
def test_yahoo_symbols_follow_the_exchange(ticker, mic, symbol):
    assert MARKET.yahoo_symbol(listing(MARKET, ticker, mic=mic)) == symbol


def test_index_lists_have_tickers_of_their_own():
    assert MARKET.exchange("SHI").ticker_prefix == "SHI"
    assert MARKET.exchange("SZI").ticker_prefix == "SZI"
    assert MARKET.exchange("SHS").ticker_prefix == ""


def test_shanghais_fund_numbers_are_funds_even_where_the_list_says_stock():
    assert MARKET.security_type(listing(MARKET, "589800")) == "fund"
    assert MARKET.security_type(listing(MARKET, "688001")) == "common"


def test_shanghais_numbers_of_receipts_are_receipts_and_shenzhens_are_not_shanghais():
    assert MARKET.security_type(listing(MARKET, "689009")) == "depositary_receipt"
    assert MARKET.security_type(listing(MARKET, "900901")) == "common"
    assert MARKET.security_type(listing(MARKET, "200002", mic="XSHE")) == "common"
