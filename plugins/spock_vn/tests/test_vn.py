"""Vietnam: one suffix for both exchanges."""

from __future__ import annotations

import pytest
from spock_vn.market import MARKET

from spock_core import AssetType, Listing


@pytest.mark.parametrize(("mic", "code"), [("XSTC", "HSX"), ("HSTC", "HNX")])
def test_yahoo_symbols(mic, code):
    listing = Listing("VN", "VCB", "BANK", "", mic, code, "VND", AssetType.STOCK, 100)
    assert MARKET.yahoo_symbol(listing) == "VCB.VN"


def test_funds_that_the_list_calls_notes():
    fund = Listing(
        "VN", "FUEKIV30", "KIM VIETNAM FUND", "", "XSTC", "HSX", "VND", AssetType.ETN, 100
    )
    assert MARKET.security_type(fund) == "fund"
    assert MARKET.security_type(fund._replace(name="SOME ETN")) == "note"


def test_both_exchanges_are_known():
    assert [one.kis_code for one in MARKET.exchanges] == ["HSX", "HNX"]
