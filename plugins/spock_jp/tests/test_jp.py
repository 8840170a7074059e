"""Japan: codes with letters, classes of preferred shares, investment corporations."""

from __future__ import annotations

import pytest
from spock_jp.market import MARKET

from spock_core.testing import listing


@pytest.mark.parametrize(("ticker", "symbol"), [("7203", "7203.T"), ("131A", "131A.T")])
def test_yahoo_symbols(ticker, symbol):
    assert MARKET.yahoo_symbol(listing(MARKET, ticker)) == symbol


@pytest.mark.parametrize(
    ("ticker", "name", "local", "kind"),
    [
        ("94345", "SERIES 1 BOND-TYPE CLASS SHARES OF SOFTBANK CORP.", "", "preferred"),
        ("8984", "DAIWA HOUSE REIT INVESTMENT CORPORATION", "", "reit"),
        ("8964", "FRONTIER REAL ESTATE INVESTMENT CORPORATION", "", "reit"),
        ("3471", "MITSUI FUDOSAN LOGISTICS PARK INC.", "미쓰이부동산로지스틱스파크리츠", "reit"),
        ("8951", "NIPPON BUILDING FUND INC.", "", "reit"),
        ("9284", "CANADIAN SOLAR INFRASTRUCTURE FUND INC.", "", "fund"),
        ("7203", "TOYOTA MOTOR CORPORATION", "", "common"),
    ],
)
def test_kinds_of_securities(ticker, name, local, kind):
    assert MARKET.security_type(listing(MARKET, ticker, name, name_local=local)) == kind


def test_software_codes_are_less_sure_here():
    assert MARKET.kis_meanings["720"].confidence < 0.7
