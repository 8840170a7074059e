"""Hong Kong: symbols of four digits, preferred shares, blank-cheque companies."""

from __future__ import annotations

import pytest
from spock_hk.market import MARKET

from spock_core.testing import listing


@pytest.mark.parametrize(
    ("ticker", "symbol"),
    [("00700", "0700.HK"), ("09988", "9988.HK"), ("00001", "0001.HK"), ("80700", "80700.HK")],
)
def test_yahoo_symbols(ticker, symbol):
    assert MARKET.yahoo_symbol(listing(MARKET, ticker)) == symbol


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ICBC 20USDPREF", "preferred"), ("LINK REIT", "reit"), ("HSBC HOLDINGS", "common")],
)
def test_kinds_of_securities(name, kind):
    assert MARKET.security_type(listing(MARKET, "04620", name)) == kind


def test_blank_cheque_companies():
    assert MARKET.is_spac(listing(MARKET, "07841", "HK ACQ-Z"))
    assert not MARKET.is_spac(listing(MARKET, "00700", "TENCENT", kis_sector_code="720"))
