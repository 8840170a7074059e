"""Answers that are whole by their form and empty of what must be in them are outages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from spock_core.sandbox.kis_files import write_archives
from spock_core.sandbox.messages import json_response
from spock_core.sandbox.server import Sandbox
from spock_core.sandbox.yahoo_faults import YahooFaults
from spock_core.sandbox.yahoo_knowledge import YahooStock
from spock_core.sandbox.yahoo_site import YahooSite
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines
from tests.support.nights import FAST

KNOWN = "SELECT region, ticker, sector, industry, sector_source FROM stock_details ORDER BY 1, 2"
MARKS = "SELECT region, ticker, source, times FROM unknowns ORDER BY 1, 2, 3"


class Renamed(NamedTuple):
    """A stock of the sandbox's Yahoo in an industry that nobody knows."""

    industry: str
    stock: YahooStock

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stock, name)


@pytest.fixture
def night(spock: Spock, sandbox: Sandbox, master_files):
    """One night of `spock enrich --json` with all sources, against the sandbox."""

    def run(*arguments: object, sandbox: Sandbox = sandbox):
        return spock(
            "enrich", "--json", "--kis-master-url", master_files, "--yahoo-url", sandbox.url,
            *FAST, *arguments,
        )  # fmt: skip

    return run


def dashed(site: YahooSite) -> set[str]:
    return {name for name in site.industries if " - " in name}


def biggest(site: YahooSite) -> str:
    return max(site.industries, key=lambda name: (len(site.industries[name]), name))


SCREENS: dict[str, Callable[[YahooSite], dict[str, Any]]] = {
    "no screen has a stock": lambda site: {"empty_industries": {"*"}},
    "the industries with a dash have none": lambda site: {"empty_industries": dashed(site)},
    "half of the quotes": lambda site: {"quote_share": 0.5},
    "quotes without a symbol": lambda site: {"null_symbols": True},
    "the stocks of all industries": lambda site: {"unrestricted": True},
}


def make(site: YahooSite, **faults: Any) -> None:
    for name, value in faults.items():
        assert hasattr(site.faults, name)
        setattr(site.faults, name, value)


def heal(site: YahooSite) -> None:
    site.faults = YahooFaults()


def assert_all_is_classified(sandbox: Sandbox, register) -> None:
    listed = dict(
        register("SELECT yahoo_symbol, region || ticker FROM tickers WHERE asset_type = 'STOCK'")
    )
    said = {key for (key,) in register(
        "SELECT region || ticker FROM observations WHERE source LIKE 'yahoo%'")}  # fmt: skip
    known = [one.symbol for one in sandbox.yahoo.known.values() if one.industry]
    assert not [symbol for symbol in known if symbol in listed and listed[symbol] not in said]


@pytest.mark.parametrize("kind", SCREENS)
def test_a_hollow_first_night_concludes_nothing_and_the_next_is_a_first(
    kind, night, sandbox, register
):
    make(sandbox.yahoo, **SCREENS[kind](sandbox.yahoo))
    outcome = night()
    assert outcome.code == 1
    assert "yahoo: " in outcome.region("US")["error"]
    assert register("SELECT count(*) FROM unknowns WHERE source = 'yahoo-screener'") == [(0,)]
    heal(sandbox.yahoo)
    assert night().code == 0
    assert_all_is_classified(sandbox, register)


@pytest.mark.parametrize("kind", [*SCREENS, "every screen has half of its stocks"])
def test_a_hollow_night_clears_and_marks_nothing(kind, night, first_night, sandbox, register):
    known, marks = register(KNOWN), register(MARKS)
    faults = SCREENS[kind](sandbox.yahoo) if kind in SCREENS else {"total_share": 0.5}
    make(sandbox.yahoo, **faults)
    outcome = night("--force-refresh")
    assert outcome.code == 1
    assert outcome.document["totals"]["failed"] > 0
    assert register(KNOWN) == known
    assert register(MARKS) == marks
    heal(sandbox.yahoo)
    assert night("--force-refresh").code == 0
    assert_all_is_classified(sandbox, register)


def test_pages_that_are_empty_after_the_first_are_an_outage(night, sandbox, register):
    stocks = list(sandbox.yahoo.known.values())
    sandbox.yahoo.industries = {"Gold": stocks}  # more than a page
    make(sandbox.yahoo, empty_pages=True)
    outcome = night()
    assert outcome.code == 1
    assert "Gold" in outcome.region("US")["error"]
    assert register("SELECT count(*) FROM unknowns") == [(0,)]
    assert sandbox.counters["yahoo screener"] < 160


def profile_of(industry: str, sector: str, **names: str) -> dict[str, Any]:
    modules = {"assetProfile": {"sector": sector, "industry": industry}, "quoteType": names}
    return {"answers": {"summary": json_response({"quoteSummary": {"result": [modules]}})}}


PROFILES: dict[str, dict[str, Any]] = {
    "no symbol is known": {"unknown_profiles": True},
    "no profile has a sector": {"empty_profiles": True},
    "pages with 404": {"page_404": True},
    "N/A": profile_of("N/A", "None"),
    "words in another language": profile_of("Halbleiter", "Technologie"),
    "one profile for all": profile_of("Gold", "Basic Materials", longName="One Gold Corp"),
    "the profile of another stock": profile_of("Gold", "Basic Materials", symbol="GOLD.X"),
}


@pytest.mark.parametrize("kind", PROFILES)
def test_when_no_profile_is_known_none_is_marked_unknown(
    kind, night, small_sandbox, few_stocks, master_files, register
):
    write_archives(few_stocks, master_files)  # so few that they are asked one by one
    make(small_sandbox.yahoo, **PROFILES[kind])
    assert night(sandbox=small_sandbox).code == 1
    assert register("SELECT count(*) FROM unknowns") == [(0,)]
    heal(small_sandbox.yahoo)
    assert night(sandbox=small_sandbox).code == 0
    assert_all_is_classified(small_sandbox, register)
    sectors = "SELECT region, ticker, sector, industry FROM stock_details ORDER BY 1, 2"
    known, marks = register(sectors), register(MARKS)
    make(small_sandbox.yahoo, **PROFILES[kind])
    assert night("--force-refresh", sandbox=small_sandbox).code == 1
    assert (register(sectors), register(MARKS)) == (known, marks)


def test_three_new_stocks_that_are_truly_unknown_are_no_outage(
    night, first_night, sandbox, master_files, register
):
    lines = read_lines(master_files, "TSE")
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    new = [with_columns(stock, c4=f"999{n}", c5=f"TSE999{n}") for n in range(3)]
    write_lines(master_files, "TSE", [*lines, *new])
    assert night().code == 0
    assert register(
        "SELECT count(*) FROM unknowns WHERE ticker LIKE '999_' AND source = 'yahoo-profile'"
    ) == [(3,)]


def test_an_industry_with_a_new_name_is_screened_under_it(night, first_night, sandbox, register):
    old = biggest(sandbox.yahoo)
    query = (
        "SELECT count(*) FROM observations WHERE source = 'yahoo-screener' "
        "AND json_extract(words, '$.industry') = ?"
    )
    [(before,)] = register(query, old)
    make(sandbox.yahoo, renamed={old: "Asteroid Mining"})
    outcome = night("--force-refresh")
    assert outcome.code == 0
    assert f"{old!r} is now called 'Asteroid Mining'" in outcome.err
    assert register(query, "Asteroid Mining") == [(before,)]
    asked = Counter(sandbox.yahoo.asked)
    assert night("--force-refresh").code == 0
    assert sandbox.yahoo.asked["screen Asteroid Mining"] == asked["screen Asteroid Mining"] + 1


def test_industries_that_are_merged_into_a_new_one_are_screened_under_it(
    night, first_night, sandbox, register
):
    merged = sorted(sandbox.yahoo.industries, key=lambda name: -len(sandbox.yahoo.industries[name]))
    make(sandbox.yahoo, renamed=dict.fromkeys(merged[:2], "Merged Things"))
    outcome = night("--force-refresh")
    assert outcome.code == 0
    for old in merged[:2]:
        assert f"{old!r} is now called 'Merged Things'" in outcome.err
    query = (
        "SELECT DISTINCT json_extract(words, '$.industry') FROM observations "
        "WHERE source = 'yahoo-screener'"
    )
    said = {word for (word,) in register(query)}
    assert "Merged Things" in said
    assert not said & {*merged[:2]}


def test_an_industry_that_is_divided_is_screened_under_its_new_names(
    night, first_night, sandbox, register
):
    old = biggest(sandbox.yahoo)
    stocks = sandbox.yahoo.industries.pop(old)
    half = len(stocks) // 2
    for new, part in (("Old Banks", stocks[:half]), ("New Banks", stocks[half:])):
        sandbox.yahoo.industries[new] = part
        for stock in part:
            sandbox.yahoo.known[stock.symbol] = Renamed(new, stock)
    outcome = night("--force-refresh")
    assert outcome.code == 0
    assert f"{old!r} is now called 'New Banks' and 'Old Banks'" in outcome.err
    query = "SELECT count(*) FROM observations WHERE words LIKE ?"
    assert register(query, '% Banks"%') == [(len(stocks),)]


def test_one_empty_industry_whose_stocks_are_still_in_it_is_an_outage(
    night, first_night, sandbox, register
):
    name = biggest(sandbox.yahoo)
    make(sandbox.yahoo, empty_industries={name})
    marks = register(MARKS)
    profiles = sandbox.counters["yahoo summary"]
    outcome = night("--force-refresh", "--profile-budget", "0")
    assert outcome.code == 1
    assert name in outcome.region("US")["error"]
    assert sandbox.counters["yahoo summary"] == profiles + 1
    assert register(MARKS) == marks


def test_marks_that_a_hollow_night_of_an_older_version_left_heal_within_a_night(
    night, first_night, sandbox, register
):
    register("DELETE FROM observations WHERE source LIKE 'yahoo%'")
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%F %T}.000000"
    later = f"{datetime.now(UTC) + timedelta(days=6):%F %T}.000000"
    register("DELETE FROM unknowns")
    marked = "SELECT region, ticker, ?, 1, ?, ? FROM tickers WHERE security_type = 'common'"
    into = "INSERT INTO unknowns (region, ticker, source, times, asked_at, ask_again_at)"
    register(f"{into} {marked}", "yahoo-screener", yesterday, yesterday)
    register(f"{into} {marked} AND region = 'US'", "yahoo-profile", yesterday, later)
    assert night().code == 0
    assert_all_is_classified(sandbox, register)
    [(left,)] = register("SELECT count(DISTINCT region || ticker) FROM unknowns")
    [(stocks,)] = register("SELECT count(*) FROM tickers WHERE security_type = 'common'")
    assert left < 0.05 * stocks
    asked = sandbox.counters["yahoo"]
    night()
    assert sandbox.counters["yahoo"] == asked
