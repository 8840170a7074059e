"""Kinds of securities: by the market's rule, and by registers' tables that state them."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.distributions import Bring
from tests.support.kis_files import add_stocks

SOURCE = """
from spock_core import AssetType, Claim, JsonRecords, SecurityType
from spock_core import SourceTerms, TableFile, TableRow, TableSource, hookimpl

class Kinds(TableSource):
    name = counts_as = "NAME"
    about = SourceTerms("NAME.example", ("VN",), ("security_type",), opt_in=True)
    def files(self, market):
        return (TableFile("NAME.json", "https://NAME.example/", JsonRecords(), ("code", "kind")),)
    def rows(self, market, tables, listings):
        return [TableRow(row["code"], dict(row)) for table in tables for row in table.rows]
    def claim(self, observation, market):
        kind = observation.words["kind"]
        etf = AssetType.ETF if kind == "fund" else None
        if kind == "equity":
            return None
        return Claim(self.name, "", 1.0, f"NAME lists a {kind}", security_type=SecurityType(kind),
                     asset_type=etf)

@hookimpl
def spock_sources():
    return (Kinds(),)
"""
STOCKS = {"AAA": "610", "BBB": "610", "CCC": "610", "DDD": "610"}
Q_KINDS = (
    "SELECT ticker, security_type, asset_type FROM tickers "
    "WHERE ticker IN ('AAA', 'BBB', 'CCC') ORDER BY 1"
)
AS_LISTED = [(ticker, "common", "STOCK") for ticker in ("AAA", "BBB", "CCC")]
AS_STATED = [("AAA", "preferred", "STOCK"), ("BBB", "common", "STOCK"), ("CCC", "fund", "ETF")]


@pytest.fixture
def vietnam(spock: Spock, sandbox: Sandbox, master_files: Path, bring: Bring):
    """`spock enrich --json` of Vietnam with a table `hue` that states kinds of three stocks."""
    add_stocks(master_files, "HSX", STOCKS)
    bring("spock-hue", SOURCE.replace("NAME", "hue"), entry="hue")

    def run(*sources: str, flags: tuple[object, ...] = ()) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "VN", "--kis-master-url", master_files,
            "--tables-url", sandbox.tables_url, "--sources", "kis", *sources, *flags,
        )  # fmt: skip

    publish(sandbox, "hue", AAA="preferred", BBB="equity", CCC="fund")
    return run


def publish(sandbox: Sandbox, name: str, **kinds: str) -> None:
    rows = [{"code": ticker, "kind": kind} for ticker, kind in kinds.items()]
    sandbox.tables.files[f"{name}.json"] = json.dumps(rows).encode()


def test_a_register_is_believed_where_it_states_a_kind(vietnam, register, spock):
    assert vietnam("hue").code == 0
    assert register(Q_KINDS) == AS_STATED
    [(preferred,)] = register("SELECT is_preferred FROM stock_details WHERE ticker = 'AAA'")
    assert preferred
    assert register("SELECT count(*) FROM stock_details WHERE ticker = 'CCC'") == [(0,)]
    shown = spock("show", "VN:AAA").out
    assert "type       STOCK, preferred; its list says STOCK, common" in shown
    assert "hue lists a preferred" in shown
    fund = json.loads(spock("show", "VN:CCC", "--json").out)
    assert [one["decides"] for one in fund["why"] if one["observation"]["source"] == "hue"] == [
        ["type"]
    ]


def test_what_a_register_stated_survives_a_night_without_it_and_a_new_list(
    vietnam, register, master_files
):
    vietnam("hue")
    assert vietnam().code == 0
    assert register(Q_KINDS) == AS_STATED
    add_stocks(master_files, "HSX", {"EEE": "610"})
    outcome = vietnam()
    assert outcome.region("VN")["listing"]["new"] == 1
    assert outcome.region("VN")["listing"]["changed"] == 0
    assert outcome.region("VN")["listing"]["passed"] == 0
    assert register(Q_KINDS) == AS_STATED


def test_a_register_that_changes_its_word_is_followed(vietnam, register, sandbox):
    vietnam("hue")
    publish(sandbox, "hue", AAA="equity", BBB="warrant", CCC="common")
    assert vietnam("hue").code == 0
    assert register(Q_KINDS) == [
        ("AAA", "common", "STOCK"), ("BBB", "warrant", "STOCK"), ("CCC", "common", "STOCK"),
    ]  # fmt: skip
    [(sector,)] = register("SELECT sector FROM stock_details WHERE ticker = 'CCC'")
    assert sector == "Financials"


def test_without_its_package_the_list_counts_again_and_with_it_the_register(
    vietnam, register, tmp_path
):
    vietnam("hue")
    [package] = (tmp_path / "site").glob("spock_hue*.dist-info")
    away = package.rename(tmp_path / "away")
    importlib.invalidate_caches()
    assert vietnam().code == 0
    assert register(Q_KINDS) == AS_LISTED
    assert register("SELECT count(*) FROM observations WHERE source = 'hue'") == [(3,)]
    away.rename(package)
    importlib.invalidate_caches()
    assert vietnam().code == 0
    assert register(Q_KINDS) == AS_STATED


def test_of_two_registers_the_order_does_not_matter(vietnam, register, sandbox, bring):
    bring("spock-vung", SOURCE.replace("NAME", "vung"), entry="vung")
    publish(sandbox, "vung", AAA="unit", BBB="note", CCC="fund")
    vietnam("vung")
    vietnam("hue")
    both = register(Q_KINDS)
    assert both == [("AAA", "unit", "STOCK"), ("BBB", "note", "STOCK"), ("CCC", "fund", "ETF")]
    vietnam("hue", "vung", flags=("--force-refresh",))
    assert register(Q_KINDS) == both


def test_what_counted_before_can_still_be_asked(vietnam, spock, noon):
    vietnam()
    before = f"{datetime.now(UTC):%F}"
    noon.shift(timedelta(days=1))
    vietnam("hue")

    def kinds(*flags: str) -> dict[str, str]:
        found = spock("list", "--regions", "VN", "--json", *flags).document["stocks"]
        return {one["ticker"]: one["security_type"] for one in found if one["ticker"] in STOCKS}

    assert kinds() == {"AAA": "preferred", "BBB": "common", "DDD": "common"}
    assert kinds("--as-of", before) == dict.fromkeys(STOCKS, "common")
