"""The United States: symbols, kinds of securities, blank-cheque companies."""

from __future__ import annotations

import pytest
from spock_us.market import MARKET

from spock_core.testing import listing


@pytest.mark.parametrize(
    ("ticker", "name", "symbol"),
    [
        ("AAPL", "APPLE INC", "AAPL"),
        ("BRK/B", "BERKSHIRE HATHAWAY INC CLASS B", "BRK-B"),
        ("MET/E", "METLIFE INC 5.625% NON CUM PFD SER E", "MET-PE"),
        ("AACT/UN", "ARES ACQUISITION CORPORATION II UNIT 1 CL A & 1/2 WT", "AACT-UN"),
        ("HWM/", "HOWMET AEROSPACE INC $3.75 PREFERRED STOCK", "HWM-P"),
        ("F/B", "FORD MOTOR CO 6.20% NOTES DUE 01/06/2059 USD25", "F-PB"),
        ("NEE/R", "NEXTERA ENERGY INC 6.926% CORPORATE UNITS 01/09/2025", "NEE-PR"),
        ("AKO/A", "EMBOTELLADORA ANDINA SA SPON ADR-EACH REPR 6 SER A PRF NPV", "AKO-A"),
        ("MKC/V", "MCCORMICK & COMPANY INC", "MKC-V"),
    ],
)
def test_yahoo_symbols(ticker, name, symbol):
    assert MARKET.yahoo_symbol(listing(MARKET, ticker, name)) == symbol


@pytest.mark.parametrize(
    ("ticker", "name", "local", "kind"),
    [
        ("OTEX", "OPEN TEXT CO", "", "common"),
        ("AROC", "ARCHROCK UNITED NOTECH INC", "", "common"),
        ("GPN", "GLOBAL SENIOR LIVING INC", "", "common"),
        ("SPGI", "UNITI GROUP INC", "", "common"),
        ("EPD", "ENTERPRISE PRODUCTS PARTNERS LP COM UNITS", "", "common"),
        ("BIP", "BROOKFIELD INFRASTRUCTURE PARTNERS LP UNITS", "", "common"),
        ("CHPG", "CHAIN BRIDGE I UNITS", "", "unit"),
        ("RGHT", "RIGHTS MANAGEMENT INC", "", "common"),
        ("XYZR", "XYZ ACQUISITION CORP RIGHTS(EXP 1/1/2027)", "", "right"),
        ("PSA/R", "PUBLIC STORAGE 4% DEP SHS REP 1/1000 PFD BEN INT SER R", "", "preferred"),
        ("ABR/F", "ARBOR REALTY TRUST INC 6.25% SER F FXD/FLTG RATE CUMULATIVE", "", "preferred"),
        ("ARBKL", "ARGO BLOCKCHAIN PLC 8.75% SENIOR NOTES 30/11/2026", "", "note"),
        ("AFGB", "AMERICAN FINANCIAL GROUP 5.875% SUBORD DEB DUE 30/0", "", "note"),
        ("AACIU", "ARMADA ACQUISITION CORP II UNIT 1 ORD CL A & 1/2 WT (21/", "", "unit"),
        ("NEE/R", "NEXTERA ENERGY INC 6.926% CORPORATE UNITS 01/09/2025", "", "unit"),
        ("ARBEW", "ARBE ROBOTICS LTD C/WTS 07/10/2026 (TO PUR COM)", "", "warrant"),
        ("TAL", "TAL EDUCATION GROUP SPON ADS EACH REP 0.3333 CL A ORD SHS", "", "depositary_receipt"),
        ("GGB", "GERDAU SA SPONS ADR EACH REP 1 PRF SHS NPV", "", "depositary_receipt"),
        ("LOT", "LOTUS TECHNOLOGY INC", "로터스 테크놀로지(ADR)", "depositary_receipt"),
        ("XYZ/A", "NAME CUT BEFORE THE WORD THAT MATTERS 5.25% SERIES", "엑스 우선주 A", "preferred"),
        ("XYZ", "NAME THAT SAYS NOTHING", "엑스 후순위채권(2060-01-01)", "note"),
        ("PFBC", "PREFERRED BK LOS ANGELES CALIFORNIA", "", "common"),
        ("ET/I", "ENERGY TRANSFER LP SER I FXD RT PER PFD UNITS", "", "preferred"),
        ("EIIA", "EAGLE POINT FD 8.125% SERIES A TERM PRE", "EAGLE POINT PREFERRED A(8.125%)", "preferred"),
        ("OZ", "BELPOINTE PREP LLC", "벨포인트 우선주 A 유닛", "unit"),
        ("AGBAR", "AGBA ACQUISITION LIMITED COM", "AGBA 애퀴지션 신주인수권", "right"),
        ("BLACU", "BELLEVUE LIFE SCIENCES ACQ CORP", "벨뷰 라이프 사이언시스 애퀴지션", "unit"),
        ("NEE/O", "NEXTERA ENERGY INC 4.872% CORPORATE UNIT(01/09/2022)", "넥스테라 우선주", "unit"),
        ("PBI/B", "PITNEY BOWES INC 6.7% PREF USD25 (07/03/2043)", "피트니 보우스 우선주", "note"),
        ("BANFP", "BFC CAPITAL TRUST 11 PRF 31/03/2034 USD25", "BFC 캐피털 우선주", "preferred"),
        ("MHA", "MAIDEN HOLDINGS LTD 8.25% PRF SER  A  USD25 29/08/2017", "메이든 우선주 A", "preferred"),
        ("PYS", "PPLUS TRUST CERTIFICATE 6.30% SER RRD-1 TR CTF CL A", "", "note"),
        ("MT", "ARCELORMITTAL NY REGISTRY SHS NEW", "아르셀로미탈(ADR)", "common"),
    ],
)  # fmt: skip
def test_kinds_of_securities(ticker, name, local, kind):
    assert MARKET.security_type(listing(MARKET, ticker, name, name_local=local)) == kind


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("ARTIUS II ACQUISITION INC", "000", True),
        ("STELLAR V CAPITAL CORP UNIT 1 CL A SHS & 1/2 WT EXP", "000", True),
        ("FORMER ACQUISITION CORP", "530", False),
        ("APPLE INC", "730", False),
        ("NEXTERA ENERGY INC CORP UNIT 01/06/2027", "000", False),
    ],
)
def test_blank_cheque_companies(name, code, expected):
    assert MARKET.is_spac(listing(MARKET, "XXXX", name, kis_sector_code=code)) is expected
