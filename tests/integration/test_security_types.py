"""Kinds of securities that a list calls something else, in runs over real lines of KIS's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

REIT = {"c4": "00823", "c6": "LINK REIT", "c7": "LINK REIT", "c8": "3", "c19": "630", "c22": "004"}
FUND = REIT | {"c4": "00820", "c6": "HSBC CHINA DRAGON", "c7": "HSBCDRAGON FUND", "c19": "000"}
SHARE = {"c4": "00011", "c6": "항생은행", "c7": "HANG SENG BANK", "c19": "610"}
COUNTER = {"c4": "80011", "c6": "항셍(RMB)", "c7": "HANGSENG BANK-R", "c9": "CNY", "c19": "000"}
SPAC = {"c4": "07855", "c6": "TECHSTARACQ-Z", "c7": "TECHSTARACQ-Z", "c19": "000"}
SPAC_WARRANT = {"c4": "04855", "c6": "TECHSTARACQ Z25", "c7": "TECHSTARACQ Z25", "c19": "000"}


@pytest.fixture
def listed(enrich: Spock, master_files: Path, register, monkeypatch: pytest.MonkeyPatch):
    """Runs over a Hong Kong list of these lines; gives the register's rows by ticker."""
    monkeypatch.setenv("SPOCK_SOURCES", "kis,issuer")
    model = next(line for line in read_lines(master_files, "HKS") if line.split("\t")[8] == "2")

    def run(*lines: dict[str, str]) -> dict[str, dict[str, Any]]:
        write_lines(master_files, "HKS", [with_columns(model, **columns) for columns in lines])
        outcome = enrich("--regions", "HK", "--accept-shrunk")
        assert outcome.code == 0, outcome.err
        names = ("ticker", "asset_type", "security_type", "sector", "sector_source", "is_spac")
        rows = register(
            "SELECT ticker, asset_type, security_type, sector, sector_source, is_spac "
            "FROM tickers LEFT JOIN stock_details USING (region, ticker) WHERE region = 'HK'"
        )
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    return run


def test_a_reit_among_the_exchange_traded_products_is_a_stock_with_a_sector(listed):
    found = listed(REIT, FUND)
    assert found["00823"]["asset_type"] == "STOCK"
    assert found["00823"]["security_type"] == "reit"
    assert found["00823"]["sector"] == "Real Estate"
    assert (found["00820"]["asset_type"], found["00820"]["security_type"]) == ("ETP", "fund")


def test_a_counter_takes_its_shares_classification_by_number_whatever_the_names(listed):
    found = listed(SHARE, COUNTER)["80011"]
    assert (found["security_type"], found["sector"]) == ("common", "Financials")
    assert found["sector_source"] == "issuer"


def test_a_counter_is_its_share_whatever_is_said_of_it_alone(listed):
    found = listed(SHARE, COUNTER | {"c19": "730"})["80011"]
    assert (found["sector"], found["sector_source"]) == ("Financials", "issuer")


def test_a_counter_whose_share_nobody_knows_is_classified_by_itself(listed):
    found = listed(SHARE | {"c19": "000"}, COUNTER | {"c19": "610"})["80011"]
    assert (found["sector"], found["sector_source"]) == ("Financials", "kis")


def test_a_spacs_warrant_is_its_own_until_the_company_has_a_business(listed):
    found = listed(SPAC, SPAC_WARRANT)
    assert (found["07855"]["security_type"], found["07855"]["is_spac"]) == ("common", 1)
    assert (found["04855"]["security_type"], found["04855"]["is_spac"]) == ("warrant", 1)
    merged = listed(SPAC | {"c7": "TECHSTARACQ", "c19": "720"}, SPAC_WARRANT)
    assert merged["04855"]["sector"] == "Information Technology"
    assert (merged["07855"]["is_spac"], merged["04855"]["is_spac"]) == (0, 0)
