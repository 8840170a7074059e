"""Vietnam: one suffix for both exchanges."""

from __future__ import annotations

import pytest
from spock_vn.market import MARKET

from spock_core import AssetType
from spock_core.testing import listing


@pytest.mark.parametrize("mic", ["XSTC", "HSTC"])
def test_yahoo_symbols(mic):
    assert MARKET.yahoo_symbol(listing(MARKET, "VCB", mic=mic)) == "VCB.VN"


@pytest.mark.parametrize(("name", "kind"), [("KIM VIETNAM FUND", "fund"), ("SOME ETN", "note")])
def test_funds_that_the_list_calls_notes(name, kind):
    one = listing(MARKET, "FUEKIV30", name, asset_type=AssetType.ETN)
    assert MARKET.security_type(one) == kind
