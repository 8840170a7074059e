"""Answers that are whole by their form and empty of what must be in them are outages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spock_core.sandbox.kis_files import write_archives
from spock_core.sandbox.server import Sandbox
from spock_core.sandbox.yahoo_faults import YahooFaults
from spock_core.sandbox.yahoo_site import YahooSite
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines
from tests.support.nights import FAST

KNOWN = "SELECT region, ticker, sector, industry, sector_source FROM stock_details ORDER BY 1, 2"
MARKS = "SELECT region, ticker, source, times FROM unknowns ORDER BY 1, 2, 3"


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


@pytest.mark.parametrize("kind", ["unknown_profiles", "empty_profiles", "page_404"])
def test_when_no_profile_is_known_none_is_marked_unknown(
    kind, night, small_sandbox, few_stocks, master_files, register
):
    write_archives(few_stocks, master_files)  # so few that they are asked one by one
    make(small_sandbox.yahoo, **{kind: True})
    assert night(sandbox=small_sandbox).code == 1
    assert register("SELECT count(*) FROM unknowns") == [(0,)]
    heal(small_sandbox.yahoo)
    assert night(sandbox=small_sandbox).code == 0
    assert_all_is_classified(small_sandbox, register)
    sectors = "SELECT region, ticker, sector, industry FROM stock_details ORDER BY 1, 2"
    known, marks = register(sectors), register(MARKS)
    make(small_sandbox.yahoo, **{kind: True})
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
