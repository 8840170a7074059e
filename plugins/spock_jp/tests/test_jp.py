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
        ("25935", "ITO EN LTD.", "이토엔 우선주", "preferred"),
        ("8421", "SHINKIN CENTRAL BANK", "신킨추오은행", "preferred"),
        ("7699", "OMNI-PLUS SYSTEM LIMITED JDR", "", "depositary_receipt"),
        ("8984", "DAIWA HOUSE REIT INVESTMENT CORPORATION", "", "reit"),
        ("8964", "FRONTIER REAL ESTATE INVESTMENT CORPORATION", "", "reit"),
        ("8963", "INVINCIBLE INVESTMENT CORPORATION", "", "reit"),
        ("3455", "HEALTHCARE & MEDICAL INVESTMENT CORPORATION", "", "reit"),
        ("8954", "ORIX JREIT INC.", "", "reit"),
        ("3281", "GLP J-REIT", "", "reit"),
        ("3471", "MITSUI FUDOSAN LOGISTICS PARK INC.", "미쓰이부동산로지스틱스파크리츠", "reit"),
        ("8951", "NIPPON BUILDING FUND INC.", "", "reit"),
        ("3462", "NOMURA REAL ESTATE MASTER FUND, INC.", "", "reit"),
        ("8986", "JAPAN RENTAL HOUSING INVESTMENTS INC.", "", "reit"),
        ("3249", "INDUSTRIAL & INFRASTRUCTURE FUND INVESTMENT CORPORATION", "", "reit"),
        ("3249", "INDUSTRIAL & INFRASTRUCTURE FUND INVESTMENT CORPORATION", "산업인프라펀드", "reit"),
        ("9284", "CANADIAN SOLAR INFRASTRUCTURE FUND INC.", "", "fund"),
        ("9282", "ICHIGO GREEN INFRASTRUCTURE INVESTMENT CORPORATION", "", "fund"),
        ("9285", "TOKYO INFRASTRUCTURE ENERGY INVESTMENT CORPORATION", "", "fund"),
        ("8518", "JAPAN ASIA INVESTMENT COMPANY LIMITED", "일본아시아투자", "common"),
        ("3266", "FUND CREATION GROUP CO. LTD.", "펀드크리에이션그룹", "common"),
        ("8802", "MITSUBISHI ESTATE COMPANY LIMITED", "미쯔비시 부동산", "common"),
        ("5076", "INFRONEER HOLDINGS INC.", "인프로니어홀딩스", "common"),
        ("1999", "SOMEBODY INFRASTRUCTURE SERVICES CO. LTD.", "섬바디인프라", "common"),
        ("7203", "TOYOTA MOTOR CORPORATION", "", "common"),
    ],
)  # fmt: skip
def test_kinds_of_securities(ticker, name, local, kind):
    assert MARKET.security_type(listing(MARKET, ticker, name, name_local=local)) == kind


def test_software_codes_are_less_sure_here():
    assert MARKET.kis_meanings["720"].confidence < 0.7
