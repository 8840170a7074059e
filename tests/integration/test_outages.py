"""An outage confirms nothing: what could not be asked keeps its dates, and counts as failed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from spock_core.sandbox.kis_files import write_archives
from spock_core.sandbox.server import Sandbox
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines
from tests.support.once import Once

DATES = {
    "stocks": "SELECT region, ticker, enriched_at FROM stock_details ORDER BY 1, 2",
    "observations": "SELECT region, ticker, source, observed_at FROM observations ORDER BY 1, 2, 3",
}
AGED = "2020-01-01 00:00:00.000000"


@pytest.fixture
def online(spock: Spock, small_sandbox: Sandbox) -> Spock:
    """`spock enrich --json` with all sources, all providers in the sandbox."""

    def run(*arguments: object):
        return spock(
            "enrich", "--json", "--kis-master-url", small_sandbox.kis_master_url, "--yahoo-url",
            small_sandbox.url, "--sources", "ALL", "--yahoo-rate", "900", "--retry-delay", "0",
            *arguments,
        )  # fmt: skip

    return run


@pytest.fixture
def learned(online: Spock, once: Once, spock_folder: Path, small_sandbox: Sandbox) -> None:
    """Gives the test the register of a sound night, made once a test run."""

    def make(folder: Path) -> None:
        outcome = online("--database", f"sqlite:///{folder / 'spock.db'}")
        assert outcome.code == 0, outcome.err

    shutil.copy(once("small-night", make) / "spock.db", spock_folder / "spock.db")
    small_sandbox.counters.clear()


@pytest.fixture
def dates(register) -> Callable[[], dict[str, list[tuple[object, ...]]]]:
    return lambda: {name: register(query) for name, query in DATES.items()}


@pytest.fixture
def age(register) -> Callable[[], None]:
    """Makes everything in the register old enough to be confirmed anew."""

    def make_old() -> None:
        register("UPDATE stock_details SET enriched_at = ? WHERE enriched_at IS NOT NULL", AGED)
        register("UPDATE observations SET observed_at = ?", AGED)

    return make_old


def down(sandbox: Sandbox, *, lists: bool = True) -> None:
    sandbox.yahoo.faults.dead = True
    if lists:
        sandbox.kis.faults.status["*"] = 503
        sandbox.tables.faults.status["*"] = 503


@pytest.mark.parametrize("flags", [(), ("--force-refresh",)], ids=["aged", "forced"])
def test_with_all_providers_down_every_date_stands_and_every_stock_fails(
    flags, online, learned, small_sandbox, dates, age
):
    age()
    before = dates()
    down(small_sandbox)
    outcome = online(*flags)
    assert outcome.code == 1
    assert dates() == before
    for region in outcome.document["regions"]:
        assert region["enriched"] == 0
        assert region["success_rate"] < 0.1, region


def test_what_yahoo_could_not_be_asked_about_keeps_its_dates_though_kis_said_it_again(
    online, learned, small_sandbox, register, age
):
    age()
    asked = register(
        "SELECT DISTINCT region, ticker FROM tickers JOIN observations USING (region, ticker) "
        "WHERE source LIKE 'yahoo%' AND security_type = 'common' ORDER BY 1, 2"
    )
    down(small_sandbox, lists=False)
    outcome = online()
    assert outcome.code == 1
    confirmed = {
        *register("SELECT region, ticker FROM stock_details WHERE enriched_at > ?", AGED),
        *register("SELECT region, ticker FROM observations WHERE observed_at > ?", AGED),
    }
    assert asked
    assert not confirmed & set(asked)
    assert outcome.document["totals"]["failed"] >= len(asked)


def test_a_security_whose_issuer_could_not_be_asked_is_not_confirmed_by_it(
    online, learned, small_sandbox, register, age
):
    query = (
        "SELECT count(*) FROM stock_details JOIN observations o USING (region, ticker) "
        "WHERE sector_source = 'issuer' AND o.source = 'issuer' AND o.words LIKE '%gics_code%' "
    )
    [(related,)] = register(query)
    assert related
    age()
    down(small_sandbox, lists=False)
    online()
    [(kept,)] = register(query + "AND enriched_at = ? AND observed_at = ?", AGED, AGED)
    assert kept == related


def test_a_refused_list_confirms_no_stock_that_was_in_it(online, small_sandbox, register, age):
    online("--sources", "kis")
    age()
    small_sandbox.kis.faults.html.add("tsemst.cod.zip")
    outcome = online("--sources", "kis", "--regions", "JP", "VN")
    assert outcome.code == 1
    assert outcome.region("JP")["enriched"] == 0
    assert outcome.region("JP")["success_rate"] == 0
    assert outcome.region("VN")["success_rate"] == 1
    assert register(
        "SELECT region, max(enriched_at) = ? FROM stock_details WHERE region IN ('JP', 'VN') "
        "GROUP BY region ORDER BY 1", AGED,
    ) == [("JP", 1), ("VN", 0)]  # fmt: skip


def test_what_kis_says_anew_is_learned_though_yahoo_is_down(
    spock, small_sandbox, register, few_stocks, tmp_path: Path
):
    master = tmp_path / "lists"
    write_archives(few_stocks, master)

    def run(*arguments: object):
        return spock(
            "enrich", "--json", "--kis-master-url", master, "--yahoo-url", small_sandbox.url,
            "--sources", "kis", "issuer", "yahoo-screener", "yahoo-profile",
            "--retry-delay", "0", "--yahoo-rate", "900", *arguments,
        )  # fmt: skip

    run("--regions", "VN")
    [(ticker, before)] = register(
        "SELECT ticker, enriched_at FROM tickers JOIN stock_details USING (region, ticker) "
        "WHERE sector_source = 'kis' AND kis_exchange = 'HSX' AND kis_sector_code != '610' LIMIT 1"
    )
    lines = read_lines(master, "HSX")
    changed = [with_columns(x, c19="610") if x.split("\t")[4] == ticker else x for x in lines]
    write_lines(master, "HSX", changed)
    register("DELETE FROM observations WHERE source LIKE 'yahoo%'")
    down(small_sandbox, lists=False)
    outcome = run("--regions", "VN", "--force-refresh")
    assert outcome.code == 1
    assert register("SELECT sector, enriched_at FROM stock_details WHERE ticker = ?", ticker) == [
        ("Financials", before)
    ]
    assert outcome.region("VN")["failed"] > 0
    assert outcome.region("VN")["enriched"] == 1  # it alone is new
