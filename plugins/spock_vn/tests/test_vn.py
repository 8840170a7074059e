"""Vietnam: one suffix for both exchanges."""

from __future__ import annotations

import pytest
from spock_vn.market import MARKET

from spock_core import AssetType, Listing


@pytest.mark.parametrize(("mic", "code"), [("XSTC", "HSX"), ("HSTC", "HNX")])
def test_yahoo_symbols(mic, code):
    listing = Listing("VN", "VCB", "BANK", "", mic, code, "VND", AssetType.STOCK, 100)
    assert MARKET.yahoo_symbol(listing) == "VCB.VN"


def test_both_exchanges_are_known():
    assert [one.kis_code for one in MARKET.exchanges] == ["HSX", "HNX"]
