"""Hong Kong's tables: HKEX's list of securities, and Eastmoney's industries with Chinese names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from spock_hk.eastmoney import Eastmoney, code_of, current_names
from spock_hk.hkex import Hkex
from spock_hk.market import MARKET
from spock_hk.sandbox_tables import made_up_isin

from spock_core import Observation, Table
from spock_core.classification import gics

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def hkex_row(code: str, category: str, **others: str) -> dict[str, str]:
    row = {"Stock Code": code, "Name of Securities": "SOMEBODY", "Category": category}
    return row | {"Sub-Category": "", "Board Lot": "1,000", "Par Value": "", "ISIN": ""} | others


def said(source, words):
    return source.claim(Observation("HK", "00001", source.name, words, NOON), MARKET)


def test_hkex_says_category_lot_par_value_and_isin():
    isin = made_up_isin("00001")
    row = hkex_row("00001", "Equity", ISIN=isin, **{"Par Value": "HKD 1.0000", "RMB Counter": ""})
    [one] = Hkex().rows(MARKET, [Table("list", (), [row])], {})
    assert one.ticker == "00001"
    assert one.identifiers == {"ISIN": isin}
    assert one.words == {
        "name": "SOMEBODY", "category": "Equity", "lot": "1,000", "par_value": "HKD 1.0000",
    }  # fmt: skip


@pytest.mark.parametrize("category", ["Derivative Warrants", "Debt Securities", ""])
def test_what_no_list_of_stocks_has_is_left_out(category):
    table = Table("list", (), [hkex_row("13000", category)])
    assert list(Hkex().rows(MARKET, [table], {})) == []


def test_only_a_reit_has_a_sector_by_its_category():
    assert said(Hkex(), {"category": "Real Estate Investment Trusts"}).gics_code == "6010"
    assert said(Hkex(), {"category": "Equity", "sub_category": "Investment Companies"}) is None


@pytest.mark.parametrize(
    ("category", "sub_category", "kind", "asset_type"),
    [
        ("Real Estate Investment Trusts", "", "reit", None),
        ("Equity", "Depositary Receipts", "depositary_receipt", None),
        ("Equity Warrants (GEM)", "", "warrant", None),
        ("Exchange Traded Products", "Exchange Traded Funds", "fund", "ETF"),
        ("Exchange Traded Products", "A new kind of fund", "fund", "ETP"),
    ],
)
def test_some_categories_are_kinds_of_securities(category, sub_category, kind, asset_type):
    claim = said(Hkex(), {"category": category, "sub_category": sub_category})
    assert (claim.security_type, claim.asset_type) == (kind, asset_type)


@pytest.mark.parametrize(
    "sub_category", ["Equity Securities (Main Board)", "Equity Securities (GEM)", ""]
)
def test_equity_is_no_kind_because_preference_shares_are_in_it(sub_category):
    assert said(Hkex(), {"category": "Equity", "sub_category": sub_category}) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("工业-资本品-工业集团企业-工业集团企业", "201050"),
        ("公用事业-公用事业-燃气公用事业-燃气公用事业", "551020"),
        ("能源-能源-石油、天然气与消费用燃料-综合性石油与天然气企业", "101020"),
        ("金融-银行-银行-商业银行", "401010"),
        ("金融-金融服务-金融服务-多领域控股", "402010"),
        ("工业-运输-新的名称-新的名称", "2030"),
        ("工业-银行-商业银行", "20"),
        ("工业", "20"),
        ("新的名称-银行-商业银行", None),
        ("---", None),
        ("", None),
    ],
)
def test_chinese_names_of_gics_lead_to_the_deepest_code_that_they_agree_on(path, code):
    assert code_of(path) == code


def test_every_sector_group_and_industry_of_gics_has_a_chinese_name_that_leads_to_it():
    names = current_names()
    assert set(names) == {*gics.SECTORS, *gics.INDUSTRY_GROUPS, *gics.INDUSTRIES}
    for code in gics.INDUSTRIES:
        assert code_of(f"{names[code[:2]]}-{names[code[:4]]}-{names[code]}") == code


def test_eastmoney_says_nothing_of_a_stock_without_industry():
    rows = [
        {"SECURITY_CODE": "00001", "INDUSTRY_TYPE": "工业-资本品-工业集团企业-工业集团企业"},
        {"SECURITY_CODE": "00002", "INDUSTRY_TYPE": ""},
        {"SECURITY_CODE": "00003", "INDUSTRY_TYPE": "---"},
    ]
    [one] = Eastmoney().rows(MARKET, [Table("page", (), rows)], {})
    claim = said(Eastmoney(), one.words)
    assert (one.ticker, claim.gics_code) == ("00001", "201050")
    assert Eastmoney.about.opt_in
