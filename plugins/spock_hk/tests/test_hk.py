"""Hong Kong: symbols of four digits, kinds of securities and counters by HKEX's conventions."""

from __future__ import annotations

import pytest
from spock_hk.market import MARKET
from spock_hk.short_names import marks

from spock_core import AssetType
from spock_core.testing import listing


@pytest.mark.parametrize(
    ("ticker", "symbol"),
    [("00700", "0700.HK"), ("09988", "9988.HK"), ("00001", "0001.HK"), ("80700", "80700.HK")],
)
def test_yahoo_symbols(ticker, symbol):
    assert MARKET.yahoo_symbol(listing(MARKET, ticker)) == symbol


@pytest.mark.parametrize(
    ("ticker", "name", "kind"),
    [
        ("04620", "ICBC 20USDPREF", "preferred"),
        ("04604", "BOC EURPREF1", "preferred"),
        ("04605", "CCB PREF", "preferred"),
        ("00823", "LINK REIT", "reit"),
        ("00005", "HSBC HOLDINGS", "common"),
        ("06288", "FAST RETAIL-DRS", "depositary_receipt"),
        ("06210", "SOMEBODY-DR", "depositary_receipt"),
        ("06211", "SOMEBODY-HDR", "depositary_receipt"),
        ("01270", "LANGHAM-SS", "common"),
        ("06823", "HKT-SS", "common"),
        ("09901", "NEW ORIENTAL-S", "common"),
        ("03690", "MEITUAN-W", "common"),
        ("09888", "BIDU-SW", "common"),
        ("89888", "BIDU-SWR", "common"),
        ("01167", "JACOBIO-B", "common"),
        ("02533", "BLACK SESAME-P", "common"),
        ("00945", "MANULIFE-S-PF", "common"),
        ("04332", "AMGEN-T", "common"),
        ("07855", "TECHSTARACQ-Z", "common"),
        ("04855", "TECHSTARACQ Z25", "warrant"),
        ("02478", "APAC RES W2712", "warrant"),
        ("02572", "ZG GROUP W30", "warrant"),
        ("02999", "GREENHEART RTS", "right"),
        ("02902", "MEMESTRATEGYRTS", "right"),
        ("01711", "ULFERTS", "common"),
        ("01880", "CTG DUTY-FREE", "common"),
        ("06830", "HUAZHONG IN-V", "common"),
    ],
)
def test_kinds_of_securities(ticker, name, kind):
    assert MARKET.security_type(listing(MARKET, ticker, name)) == kind


@pytest.mark.parametrize(
    ("ticker", "name", "local", "listed_as", "code", "kind"),
    [
        ("00405", "YUEXIU REIT", "YUEXIU REAL ESTATE INVESTMENT TRUST", "ETP", "630", "reit"),
        ("02191", "SF REIT", "SF REAL ESTATE INVESTMENT TRUST", "ETP", "000", "reit"),
        ("87001", "HUI XIAN REIT", None, "ETP", "630", "reit"),
        ("00820", "HSBCDRAGON FUND", "HSBC CHINA DRAGON FUND", "ETP", "000", "fund"),
        ("03447", "CSOP AP REITS", "CSOP FTSE APAC SELECT REITS HKD", "ETF", "000", "fund"),
        ("82800", "TRACKER FUND-R", "TRACKER FUND OF HONG KONG CNY", "ETF", "000", "fund"),
    ],
)
def test_reits_are_told_from_the_funds_among_which_kis_lists_them(
    ticker, name, local, listed_as, code, kind
):
    one = listing(MARKET, ticker, name, name_local=local, asset_type=AssetType(listed_as))
    assert MARKET.security_type(one._replace(kis_sector_code=code)) == kind


def test_a_receipt_that_the_list_marks_is_one():
    marked = listing(MARKET, "06210", "SOMEBODY", is_depositary_receipt=True)
    assert MARKET.security_type(marked) == "depositary_receipt"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BABA-W", "W"),
        ("JD-SWR", "S W R"),
        ("FAST RETAIL-DRS", "DR S"),
        ("HKT-SS", "SS"),
        ("SOMEBODY-RS", "RS"),
        ("SOMEBODY-WP", "W P"),
        ("SOMEBODY-SB", "S B"),
        ("SOMEBODY-S-PF", "S PF"),
        ("COOLPAD GP-OLD", "OLD"),
        ("G-RESOURCES", ""),
        ("NEO-NEON", ""),
        ("PETRO-KING", ""),
        ("GUOFUHEE-100", ""),
        (None, ""),
    ],
)
def test_marks_behind_short_names(name, expected):
    assert marks(name) == set(expected.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TECHSTARACQ-Z", True),
        ("HK ACQ-Z", True),
        ("TECHSTARACQ Z25", True),
        ("APAC RES W2712", False),
        ("TENCENT", False),
        ("METASPACEX", False),
    ],
)
def test_blank_cheque_companies(name, expected):
    assert MARKET.is_spac(listing(MARKET, "07841", name)) is expected


@pytest.mark.parametrize(
    ("ticker", "name", "currency", "expected", "issuer"),
    [
        ("80700", "TENCENT-R", "CNY", True, ("00700",)),
        ("80011", "HANGSENG BANK-R", "HKD", True, ("00011",)),
        ("89888", "BIDU-SWR", "CNY", True, ("09888",)),
        ("00700", "TENCENT", "HKD", False, ()),
        ("06288", "FAST RETAIL-DRS", "HKD", False, ()),
        ("04855", "TECHSTARACQ Z25", "HKD", False, ("07855",)),
    ],
)
def test_a_counter_in_renminbi_has_the_number_of_its_share(
    ticker, name, currency, expected, issuer
):
    one = listing(MARKET, ticker, name, currency=currency)
    assert MARKET.is_counter(one) is expected
    assert MARKET.issuer_tickers(one) == issuer
