"""JPX's list of issues: segments and 33 sectors, which count where no other source speaks."""

# ruff: noqa: RUF001  full-width letters and brackets are JPX's own

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from spock_jp.jpx import FUNDS, Jpx, meanings
from spock_jp.market import MARKET

from spock_core import Claim, Observation, Table
from spock_core.classification.gics import is_gics_code

SOURCE = Jpx()
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def row(code: str, segment: str, sector: str = "-", **others: str) -> dict[str, str]:
    return {"コード": code, "市場・商品区分": segment, "33業種コード": sector, **others}


def words_of(*rows: Mapping[str, str]) -> dict[str, dict[str, str]]:
    table = Table("data_j.xls", (), rows)
    return {one.ticker: dict(one.words) for one in SOURCE.rows(MARKET, [table], {})}


def claim(**words: str) -> Claim | None:
    return SOURCE.claim(Observation("JP", "7203", "jpx", words, NOW), MARKET)


def test_words_are_kept_and_dashes_are_none():
    found = words_of(
        row("1301", "PRO Market", "50", 規模区分="TOPIX Small 2", 銘柄名="極洋"),
        row("130A", "PRO Market", "3250", 規模区分="-"),
        row("1305", "ETF・ETN"),
    )
    assert found["1301"] == {
        "segment": "PRO Market",
        "sector_33": "0050",
        "size": "TOPIX Small 2",
        "name": "極洋",
    }
    assert found["130A"] == {"segment": "PRO Market", "sector_33": "3250"}
    assert found["1305"] == {"segment": "ETF・ETN"}


@pytest.mark.parametrize(
    ("sector", "code"), [("7050", "401010"), ("0050", "302020"), ("3700", "25"), ("4050", "5510")]
)
def test_a_sector_of_33_means_gics_where_nobody_else_speaks(sector, code):
    found = claim(sector_33=sector)
    assert found is not None
    assert (found.gics_code, found.weight) == (code, 0)


def test_the_segment_of_reits_is_real_estate():
    found = claim(segment=FUNDS)
    assert found is not None
    assert found.gics_code == "6010"
    assert claim(segment="ETF・ETN").gics_code == ""
    assert claim(segment="PRO Market", sector_33="9999") is None


def test_all_33_sectors_have_a_meaning():
    assert len(meanings()) == 33
    for meaning in meanings().values():
        assert is_gics_code(meaning.gics_code)
        assert 0 < meaning.confidence < 1


@pytest.mark.parametrize(
    ("segment", "name", "kind", "asset_type"),
    [
        (FUNDS, "山川リート投資法人", "reit", None),
        (FUNDS, "産業ファンド投資法人", "reit", None),
        (FUNDS, "山川インフラ投資法人", "fund", None),
        ("ETF・ETN", "山川ＥＴＦ　ＴＯＰＩＸ", "fund", "ETF"),
        ("ETF・ETN", "山川　原油先物　ＥＴＮ", "note", "ETN"),
        ("プライム（内国株式）", "山川第１回社債型種類株式", "preferred", None),
        ("プライム（内国株式）", "山川第１種優先株式", "preferred", None),
        ("出資証券", "山川中央金庫　優先出資証券", "preferred", None),
        ("グロース（外国株式）", "山川リミテッド　ＪＤＲ", "depositary_receipt", None),
    ],
)
def test_segment_and_name_state_the_kind(segment, name, kind, asset_type):
    found = claim(segment=segment, name=name)
    assert found is not None
    assert (found.security_type, found.asset_type) == (kind, asset_type)


def test_an_ordinary_share_is_left_to_the_markets_rule():
    assert claim(segment="プライム（内国株式）", name="山川商事") is None
    assert claim(segment="PRO Market", name="山川商事", sector_33="6050").security_type is None
