"""Yahoo in bulk, over real sockets: few requests, every outage survived, nothing asked twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from types import SimpleNamespace

import pytest

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import AssetType
from spock_core.pipeline.fetch.planner import plan_queries
from spock_core.plugins.context import RunContext
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.messages import Response, json_response
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.settings.model import load_settings
from spock_core.store.connection.opening import open_database
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

RATE = 90.0
FAST = 900.0
"""Where the rate is not what is tested."""


@pytest.fixture
def online(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` with all sources, against the sandbox, without waits between retries."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--kis-master-url", master_files, "--yahoo-url", sandbox.url,
            "--sources", "ALL", "--yahoo-rate", FAST, "--retry-delay", "0", *arguments,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def full() -> Iterator[Sandbox]:
    plugins = load_plugins()
    with serve(make_universe(plugins, FULL_SIZE), plugins.markets) as server:
        yield server


def floor(sandbox: Sandbox) -> int:
    return sum(ceil(len(stocks) / 250) for stocks in sandbox.yahoo.industries.values())


def asked(sandbox: Sandbox, what: str = "") -> int:
    return sandbox.counters[f"yahoo {what}".strip()]


def assert_every_known_stock_is_classified(sandbox: Sandbox, register) -> None:
    listed = dict(
        register("SELECT yahoo_symbol, region || ticker FROM tickers WHERE asset_type = 'STOCK'")
    )
    said = dict(
        register("SELECT region || ticker, words FROM observations WHERE source LIKE 'yahoo%'")
    )
    known = [s for s in sandbox.yahoo.known.values() if s.industry and s.symbol in listed]
    assert known
    lacking = [s.symbol for s in known if listed[s.symbol] not in said]
    assert not lacking, lacking[:10]
    for stock in known[:500]:
        assert f'"{stock.industry}"' in said[listed[stock.symbol]]


def assert_no_second_above(sandbox: Sandbox, rate: float) -> None:
    arrivals = sorted(sandbox.yahoo.arrivals)
    for start in range(len(arrivals)):
        within = sum(
            1 for at in arrivals[start : start + int(rate) + 2] if at < arrivals[start] + 1
        )
        assert within <= rate + 1


def test_the_whole_universe_costs_a_few_hundred_requests(spock: Spock, full: Sandbox, register):
    outcome = spock("enrich", "--json", "--kis-master-url", full.kis_master_url, "--yahoo-url",
                    full.url, "--tables-url", full.tables_url, "--sources", "ALL", "--yahoo-rate", "100")  # fmt: skip
    assert outcome.code == 0
    assert asked(full, "screener") <= 1.1 * floor(full)
    assert asked(full) <= 1.1 * floor(full) + 500 + 2
    assert outcome.document["requests"]["yahoo"] == asked(full)
    assert_every_known_stock_is_classified(full, register)
    assert_no_second_above(full, 100)
    before = asked(full)
    again = spock("enrich", "--json", "--kis-master-url", full.kis_master_url, "--yahoo-url",
                  full.url, "--tables-url", full.tables_url, "--sources", "ALL")  # fmt: skip
    assert asked(full) == before
    assert again.document["totals"]["enriched"] == 0


def test_random_errors_and_cut_bodies_lose_nothing(online: Spock, sandbox: Sandbox, register):
    sandbox.yahoo.faults.error_share = 0.05
    sandbox.yahoo.faults.cut_share = 0.05
    outcome = online("--yahoo-rate", RATE)
    assert outcome.code == 0, outcome.err
    assert outcome.document["totals"]["retries"] > 0
    assert_every_known_stock_is_classified(sandbox, register)
    assert_no_second_above(sandbox, RATE)


def test_a_storm_of_429_slows_down_and_loses_nothing(online: Spock, sandbox: Sandbox, register):
    sandbox.yahoo.faults.storm_429 = range(20, 61)
    outcome = online("--yahoo-rate", RATE)
    assert outcome.code == 0, outcome.err
    assert_every_known_stock_is_classified(sandbox, register)
    assert_no_second_above(sandbox, RATE)


def test_a_storm_among_profiles_loses_nothing_either(online, sandbox, register):
    online("--profile-budget", "0")
    register("DELETE FROM unknowns")
    asked_before = asked(sandbox)
    sandbox.yahoo.faults.storm_429 = range(asked_before + 10, asked_before + 51)
    lacking = len(register("SELECT 1 FROM tickers WHERE yahoo_symbol IS NOT NULL AND (region, ticker) NOT IN "
                           "(SELECT region, ticker FROM observations WHERE source LIKE 'yahoo%')"))  # fmt: skip
    assert lacking > 11
    outcome = online()
    assert outcome.code == 0, outcome.err + str(asked(sandbox) - asked_before) + str(lacking)


def test_a_rest_that_yahoo_asks_for_is_kept_and_shown(online, spock, sandbox, noon):
    sandbox.yahoo.faults.always_429, sandbox.yahoo.faults.retry_after_s = True, 7_200
    assert online().code == 1
    assert asked(sandbox) == 1
    sandbox.yahoo.faults.always_429 = False
    outcome = online()
    assert outcome.code == 1
    assert "left alone until" in outcome.document["regions"][0]["error"]
    assert asked(sandbox) == 1
    urls = "--kis-master-url", sandbox.kis_master_url, "--yahoo-url", sandbox.url
    found = spock("doctor", "--json", *urls).document["findings"]
    [rest] = [one for one in found if one["check"] == "yahoo rests"]
    assert "left alone until" in rest["found"]
    before = asked(sandbox)
    noon.shift(7_300)
    assert online().code == 0
    assert asked(sandbox) > before


def test_a_server_with_a_limit_below_ours_is_not_stormed(online: Spock, sandbox: Sandbox, register):
    sandbox.yahoo.faults.rate_limit = 40
    outcome = online("--yahoo-rate", RATE)
    assert outcome.code == 0, outcome.err
    assert_every_known_stock_is_classified(sandbox, register)


def _down(sandbox: Sandbox) -> None:
    sandbox.yahoo.faults.dead = True


def _down_half_way(sandbox: Sandbox) -> None:
    sandbox.yahoo.faults.dead_after = 60


def _html(sandbox: Sandbox) -> None:
    sandbox.yahoo.faults.html = True


def _too_many(sandbox: Sandbox) -> None:
    sandbox.yahoo.faults.always_429 = True


def _crumb_refused(sandbox: Sandbox) -> None:
    error = {"code": "Unauthorized", "description": "Invalid Crumb"}
    refusal = json_response({"finance": {"result": None, "error": error}}, 401)
    sandbox.yahoo.faults.answers = {"screener": refusal, "summary": refusal}


def _consent_as_text(sandbox: Sandbox) -> None:
    page = Response(200, b"<!DOCTYPE html><html lang=en>Your consent, please")
    sandbox.yahoo.faults.answers = {"crumb": page, "screener": page, "summary": page}


def _elsewhere(sandbox: Sandbox) -> None:
    answer = Response(302, headers={"Location": "http://127.0.0.1:9/"})
    sandbox.yahoo.faults.answers = dict.fromkeys(("cookie", "crumb", "screener", "summary"), answer)


OUTAGES = {
    "down": _down,
    "half-way": _down_half_way,
    "html": _html,
    "429": _too_many,
    "crumb refused": _crumb_refused,
    "consent": _consent_as_text,
    "elsewhere": _elsewhere,
}
REASONS = {
    "down": "HTTP 503",
    "half-way": "HTTP 503",
    "html": "a web page",
    "429": "HTTP 429",
    "crumb refused": "the crumb was refused (HTTP 401: Invalid Crumb)",
    "consent": "a consent page",
    "elsewhere": "not an address of yahoo",
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_ends_by_itself_and_is_never_an_answer(
    outage: str, online: Spock, sandbox: Sandbox, register, spock: Spock, master_files: Path
):
    OUTAGES[outage](sandbox)
    outcome = online()
    assert outcome.code == 1
    assert asked(sandbox) <= (60 if outage == "half-way" else 0) + 40
    assert register("SELECT count(*) FROM unknowns") == [(0,)]
    for region in outcome.document["regions"]:
        assert region["status"] == "failed"
        assert "yahoo" in region["error"]
        assert REASONS[outage] in region["error"]
    failed = outcome.document["totals"]["failed"]
    assert failed > 0
    lacking = register(
        "SELECT count(*) FROM tickers JOIN stock_details USING (region, ticker) "
        "WHERE kis_sector_code NOT IN ('000', '') AND sector IS NULL AND asset_type = 'STOCK'"
    )
    assert lacking == [(0,)]


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_clears_nothing_that_was_learned(outage, online, first_night, sandbox, register):
    query = "SELECT region, ticker, sector, industry, sector_source FROM stock_details"
    before = register(query)
    OUTAGES[outage](sandbox)
    sandbox.yahoo.faults.dead_after = 0 if outage == "half-way" else None
    outcome = online("--force-refresh")
    assert outcome.code == 1
    assert register(query) == before


def test_the_night_after_an_outage_makes_up_for_it(online, sandbox, register):
    _down(sandbox)
    online()
    sandbox.yahoo.faults.dead = False
    assert online().code == 0
    assert_every_known_stock_is_classified(sandbox, register)


def test_a_second_run_the_same_day_asks_nothing(online, first_night, sandbox):
    before = asked(sandbox)
    assert online().document["requests"].get("yahoo", 0) == 0
    assert asked(sandbox) == before


def test_profiles_beyond_the_budget_wait_for_another_day(online, sandbox, register):
    sandbox.yahoo.faults.answers["quotes"] = Response(404, b"gone")  # so all are asked one by one
    online("--profile-budget", "3")
    assert asked(sandbox, "summary") == 3
    online("--profile-budget", "3")
    assert asked(sandbox, "summary") == 3
    register("UPDATE unknowns SET asked_at = datetime(asked_at, '-1 day')")
    online("--profile-budget", "3")
    assert asked(sandbox, "summary") == 6


def test_one_new_listing_costs_a_handful(online, first_night, sandbox, master_files):
    before = asked(sandbox)
    lines = read_lines(master_files, "TSE")
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    write_lines(master_files, "TSE", [*lines, with_columns(stock, c4="9998", c5="TSE9998")])
    online()
    assert 1 <= asked(sandbox) - before <= 5


def test_what_yahoo_does_not_know_is_asked_later_and_later(online, first_night, register):
    [(times, days)] = register(
        "SELECT DISTINCT times, round(julianday(ask_again_at) - julianday(asked_at)) "
        "FROM unknowns WHERE source = 'yahoo-profile'"
    )
    assert (times, days) == (1, 1)
    for expected in (7, 30, 30):
        register("UPDATE unknowns SET asked_at = '2020-01-01 00:00:00.000000', "
                 "ask_again_at = '2020-01-02 00:00:00.000000'")  # fmt: skip
        online()
        [(days,)] = register(
            "SELECT DISTINCT round(julianday(ask_again_at) - julianday(asked_at)) "
            "FROM unknowns WHERE source = 'yahoo-profile'"
        )
        assert days == expected


def test_what_was_unknown_and_becomes_known_is_forgotten_as_unknown(
    online, first_night, sandbox, register
):
    [(region, ticker)] = register("SELECT region, ticker FROM unknowns WHERE source = 'yahoo-profile' "
                                  "ORDER BY 1, 2 LIMIT 1")  # fmt: skip
    [(symbol,)] = register(
        "SELECT yahoo_symbol FROM tickers WHERE region = ? AND ticker = ?", region, ticker
    )
    known = next(s for s in sandbox.yahoo.known.values() if s.industry)
    sandbox.yahoo.known[symbol] = known
    register("UPDATE unknowns SET asked_at = '2020-01-01 00:00:00.000000', "
             "ask_again_at = '2020-01-02 00:00:00.000000'")  # fmt: skip
    online()
    assert register(
        "SELECT count(*) FROM unknowns WHERE region = ? AND ticker = ?", region, ticker
    ) == [(0,)]
    query = (
        "SELECT source FROM observations WHERE region = ? AND ticker = ? AND source LIKE 'yahoo%'"
    )
    assert register(query, region, ticker) == [("yahoo-profile",)]


def test_pages_that_drift_are_asked_again_and_mark_nothing_unknown(online, sandbox, register):
    sandbox.yahoo.faults.drift_share = 0.3
    outcome = online()
    assert outcome.code == 0
    assert_every_known_stock_is_classified(sandbox, register)
    sandbox.yahoo.faults.drift_share = 1.0
    register("DELETE FROM unknowns")
    online("--force-refresh", "--profile-budget", "0")
    assert register("SELECT count(*) FROM unknowns WHERE source = 'yahoo-profile'") == [(0,)]
    assert_every_known_stock_is_classified(sandbox, register)


def test_an_industry_that_is_new_is_kept_word_for_word_and_reported(online, sandbox, register):
    yahoo = ("--sources", "kis", "yahoo-screener", "yahoo-profile")
    online(*yahoo)
    [(region, ticker, symbol)] = register(
        "SELECT region, ticker, yahoo_symbol FROM unknowns JOIN tickers USING (region, ticker) "
        "WHERE source = 'yahoo-profile' AND kis_sector_code = '000' ORDER BY 1, 2 LIMIT 1"
    )
    sandbox.yahoo.known[symbol] = SimpleNamespace(
        industry="Asteroid Mining", sector="Basic Materials"
    )
    register("UPDATE unknowns SET asked_at = '2020-01-01 00:00:00.000000', "
             "ask_again_at = '2020-01-02 00:00:00.000000'")  # fmt: skip
    assert "Asteroid Mining" in online(*yahoo).err
    query = (
        "SELECT sector, industry, sector_source FROM stock_details WHERE region = ? AND ticker = ?"
    )
    assert register(query, region, ticker) == [("Materials", None, "yahoo-profile")]


def test_dry_run_states_the_requests_and_asks_nobody(
    online, spock, sandbox, master_files, register
):
    online("--sources", "kis")
    before = Counter(sandbox.counters)
    plan = spock("enrich", "--dry-run", "--json", "--sources", "ALL").document["plan"]
    assert plan["requests"]["yahoo-screener"] >= 145
    assert plan["seconds"] > 0
    assert sandbox.counters == before
    online()
    screens = asked(sandbox, "screener")
    assert abs(plan["requests"]["yahoo-screener"] - screens) <= 0.1 * screens
    text = spock("enrich", "--dry-run", "--sources", "ALL").out
    assert "yahoo-screener 0, yahoo-quote 0, yahoo-profile 0" in text


def test_a_dry_run_before_the_first_run_states_what_it_then_takes(spock):
    flags = ("--sandbox", "--sandbox-size", "900", "--sources", "ALL", "--json")
    plan = spock("enrich", "--dry-run", *flags).document["plan"]
    assert not any(Path().iterdir())
    outcome = spock("enrich", *flags)
    made = outcome.document["requests"]["yahoo"]
    assert abs(sum(plan["requests"].values()) - made) <= made / 3
    assert plan["seconds"] == round(sum(plan["requests"].values()) / 100, 1)


def test_without_yahoo_among_the_sources_nobody_asks_yahoo(online, sandbox):
    assert online("--sources", "kis").code == 0
    assert asked(sandbox) == 0


def test_preferred_shares_units_and_notes_are_not_asked_about(first_night, register):
    [(count,)] = register(
        "SELECT count(*) FROM unknowns JOIN tickers USING (region, ticker) "
        "WHERE security_type IN ('preferred', 'unit', 'note', 'warrant')"
    )
    assert count == 0


def test_the_universe_has_strangers_and_stocks_that_yahoo_does_not_know(sandbox, universe):
    listed = sum(one.asset_type is AssetType.STOCK for one in universe.instruments())
    assert any(stock.name.endswith(" Q") for stock in sandbox.yahoo.known.values())
    assert 0.9 * listed < len(sandbox.yahoo.known) < 1.02 * listed


def test_of_two_words_of_yahoo_the_last_counts(online, sandbox, register):
    yahoo = ("--sources", "kis", "yahoo-screener", "yahoo-profile")
    online(*yahoo)
    [(region, ticker, symbol)] = register(
        "SELECT region, ticker, yahoo_symbol FROM tickers JOIN observations USING (region, ticker) "
        "WHERE source = 'yahoo-screener' AND kis_sector_code = '000' ORDER BY 1, 2 LIMIT 1"
    )
    register(
        "INSERT INTO observations VALUES (?, ?, 'yahoo-profile', ?, '2020-01-01 00:00:00.000000')",
        region, ticker, '{"industry": "Gold", "sector": "Basic Materials"}',
    )  # fmt: skip
    query = "SELECT sector_source FROM stock_details WHERE region = ? AND ticker = ?"
    online(*yahoo)
    assert register(query, region, ticker) == [("yahoo-screener",)]
    lately, before = (datetime.now(UTC) - timedelta(hours=hours) for hours in (1, 2))
    for source, moment in (("yahoo-profile", lately), ("yahoo-screener", before)):
        register("UPDATE observations SET observed_at = ? WHERE source = ? AND region = ? "
                 "AND ticker = ?", f"{moment:%F %T}.000000", source, region, ticker)  # fmt: skip
    online(*yahoo)
    assert register(query, region, ticker) == [("yahoo-profile",)]
    assert sandbox.yahoo.known[symbol].industry


def test_asking_fewer_sources_forgets_nothing_that_others_taught(online, first_night, register):
    query = (
        "SELECT region, ticker, sector, industry, sector_source FROM stock_details ORDER BY 1, 2"
    )
    before = register(query)
    assert online("--sources", "kis").code == 0
    assert register(query) == before


def test_a_stock_that_a_screen_has_though_nobody_asked_is_counted_once(online, register):
    online("--regions", "JP")
    [(industry, members)] = register(
        "SELECT json_extract(words, '$.industry'), count(*) FROM observations "
        "WHERE source = 'yahoo-screener' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    )
    assert members >= 4
    register(
        "UPDATE observations SET observed_at = '2020-01-01 00:00:00.000000' WHERE rowid IN (SELECT "
        "rowid FROM observations WHERE source = 'yahoo-screener' AND "
        "json_extract(words, '$.industry') = ? ORDER BY ticker LIMIT ?)", industry, members - 1
    )  # fmt: skip
    region = online("--regions", "JP").region("JP")
    counted = [region[name] for name in ("enriched", "failed", "skipped", "unknown")]
    assert region["total"] == sum(counted), region


def test_a_run_of_other_regions_does_not_go_on_with_a_begun_plan(online, register):
    online("--regions", "JP", "VN")
    register("DELETE FROM observations WHERE source LIKE 'yahoo%' AND region = 'VN'")
    for industry in YAHOO_INDUSTRIES:
        begun = industry, "JPX VSE", f"{datetime.now(UTC):%F %T}.0"
        register("INSERT INTO screens VALUES ('yahoo-screener', ?, ?, ?, NULL)", *begun)
    plugins = load_plugins()
    run = RunContext(load_settings({}), datetime.now(UTC), plugins)
    database = open_database("sqlite:///spock.db", create=False)
    for regions, goes_on in ((["VN"], False), (["JP", "VN"], True)):
        markets = [plugins.markets[region] for region in regions]
        [plan] = plan_queries(markets, sources_of(plugins), database, run)
        assert any("JPX" in screen.venues for screen in plan.screens) == goes_on
    database.close()
