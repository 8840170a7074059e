"""`spock audit`: what each source says, with whom it agrees, and issuers with two sectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Spock
from tests.support.kis_files import add_stocks

KIS_SAYS = {"BANK": "610", "LEND": "610", "SOFT": "720"}


@pytest.fixture
def audit(spock: Spock, enrich: Spock, master_files: Path, register) -> Spock:
    """`spock audit` of a register in which KIS and VNDIRECT speak of three stocks."""
    add_stocks(master_files, "HSX", KIS_SAYS)
    assert enrich("--regions", "VN").code == 0
    register("DELETE FROM observations WHERE ticker NOT IN ('BANK', 'LEND', 'SOFT')")
    for ticker, code in {"BANK": "8355", "LEND": "9537"}.items():
        words = json.dumps({"industry_code": code, "code": code})
        register("INSERT INTO observations VALUES ('VN', ?, 'vndirect', ?, ?)", ticker, words,
                 "2026-01-01 00:00:00.000000")  # fmt: skip
    return lambda *arguments: spock("audit", *arguments)


def test_each_source_is_measured_by_region(audit, register):
    found = audit("--json").document
    [(total,)] = register(
        "SELECT count(*) FROM tickers WHERE region = 'VN' AND is_active AND asset_type = 'STOCK'"
    )
    by_source = {one["source"]: one for one in found["sources"]}
    assert (by_source["kis"]["says"], by_source["vndirect"]["says"]) == (3, 2)
    assert by_source["kis"]["region"] == "VN"
    assert by_source["kis"]["stocks"] == total
    assert by_source["kis"]["coverage"] == round(3 / total, 6)
    assert "official" not in by_source["kis"]
    assert found["pairs"] == [
        {"region": "VN", "source": "kis", "other": "vndirect", "compared": 2, "agree": 1,
         "rate": 0.5}
    ]  # fmt: skip
    [different] = found["source_differences"]
    assert (different["ticker"], different["said"]) == (
        "LEND",
        {"kis": "Financials", "vndirect": "Information Technology"},
    )


def test_each_source_is_compared_with_the_users_file(audit):
    Path("official.csv").write_text(
        "region,ticker,sector\nVN,BANK,Financials\nVN,LEND,45\nVN,SOFT,45\n"
    )
    found = audit("official.csv", "--json").document
    official = {one["source"]: one["official"] for one in found["sources"]}
    assert official == {
        "kis": {"compared": 3, "agree": 2, "rate": 0.666667},
        "vndirect": {"compared": 2, "agree": 2, "rate": 1.0},
    }
    text = audit("official.csv").out
    assert "stocks of which a source says a sector, and how often it is the official one" in text


def test_people_see_tables_of_sources(audit):
    text = audit().out
    for words in ("stocks of which a source says a sector\n", "how often two sources say the same",
                  "stocks of which sources say different sectors: 1 of 1", "VN:LEND",
                  "kis: Financials; vndirect: Information Technology"):  # fmt: skip
        assert words in text, words
    assert "VN:LEND" not in audit("--differences", "0").out


@pytest.fixture
def shares(enrich: Spock, master_files: Path) -> None:
    """One company in Shanghai and Hong Kong with two sectors, and two with one name in Shanghai."""
    add_stocks(master_files, "SHS", {"601999": "610"}, c7="RIVER BANK CO LTD", c6="리버은행")
    add_stocks(master_files, "HKS", {"01999": "720"}, c7="RIVER BANK", c6="강은행")
    add_stocks(master_files, "SHS", {"601997": "610", "601998": "720"}, c7="LAKE CO LTD", c6="호수")
    assert enrich("--regions", "CN", "HK").code == 0


def issuers(outcome) -> dict[str, list[str]]:
    return {
        one["linked_by"]: [f"{part['region']}:{part['ticker']}" for part in one["listings"]]
        for one in outcome.document["issuers"]
    }


def test_a_and_h_shares_with_different_sectors_are_told(shares, spock: Spock):
    assert issuers(spock("audit", "--json"))["name RIVER BANK"] == ["CN:601999", "HK:01999"]
    text = " ".join(spock("audit", "--differences", "1000").out.split())
    assert "CN:601999 Financials; HK:01999 Information Technology" in text


def test_one_name_in_one_region_is_no_link_and_one_identifier_is(shares, spock: Spock, register):
    assert not any("LAKE" in link for link in issuers(spock("audit", "--json")))
    for ticker in ("601997", "601998"):
        register(
            "INSERT INTO identifiers (region, ticker, scheme, value, source, observed_at) "
            "VALUES ('CN', ?, 'LEI', '5493001KJTIIGC8Y1R12', 'made-up', ?)",
            ticker, "2026-01-01 00:00:00.000000",
        )  # fmt: skip
    found = issuers(spock("audit", "--json"))
    assert found["LEI 5493001KJTIIGC8Y1R12"] == ["CN:601997", "CN:601998"]
    assert next(iter(found)) == "LEI 5493001KJTIIGC8Y1R12"


def test_listings_of_one_issuer_with_one_sector_are_not_told(shares, spock: Spock, register):
    register("UPDATE stock_details SET sector_code = '40', sector = 'Financials'")
    assert issuers(spock("audit", "--json")) == {}


def test_a_trading_lot_that_a_source_states_otherwise_is_told(audit, register):
    [(lot,)] = register("SELECT lot_size FROM tickers WHERE region = 'VN' AND ticker = 'BANK'")
    for ticker, said in {"BANK": "12,300", "LEND": f"{lot}", "SOFT": "many"}.items():
        register("INSERT INTO observations VALUES ('VN', ?, 'made-up', ?, ?)", ticker,
                 json.dumps({"lot": said}), "2026-01-01 00:00:00.000000")  # fmt: skip
    [told] = audit("--json").document["lots"]
    assert (told["ticker"], told["lot_size"], told["said"]) == ("BANK", lot, {"made-up": 12_300})
    text = audit().out
    assert "stocks of which a source states another trading lot: 1 of 1" in text
    assert "made-up: 12,300" in text
