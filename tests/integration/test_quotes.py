"""Quotes tell which of many symbols Yahoo knows, so that profiles are asked of those alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from spock_core.sandbox.messages import Response, json_response
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.once import Once


@pytest.fixture
def online(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` with both of Yahoo's sources, against the sandbox."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--kis-master-url", master_files, "--yahoo-url", sandbox.url,
            "--sources", "kis", "yahoo-screener", "yahoo-profile", "--yahoo-rate", 900,
            "--retry-delay", 0, *arguments,
        )  # fmt: skip

    return run


@pytest.fixture
def screened(online: Spock, once: Once, spock_folder: Path, sandbox: Sandbox) -> int:
    """Gives the test the register of a night without a budget for profiles, on which all industries
    were screened. Returns how many quotes it asked for; the sandbox counts from then on."""

    def make(folder: Path) -> None:
        outcome = online("--profile-budget", 0, "--database", f"sqlite:///{folder / 'spock.db'}")
        assert outcome.code == 0, outcome.err
        (folder / "quotes").write_text(f"{sandbox.counters['yahoo quotes']}")

    night = once("screened-night", make)
    shutil.copy(night / "spock.db", spock_folder / "spock.db")
    sandbox.counters.clear()
    sandbox.yahoo.asked.clear()
    return int((night / "quotes").read_text())


def queried(sandbox: Sandbox, query: str) -> set[str]:
    """The symbols that were asked about."""
    return {key.partition(" ")[2] for key in sandbox.yahoo.asked if key.startswith(f"{query} ")}


def marked(register: Any, *, alone: bool) -> set[str]:
    """The symbols that the register knows to be unknown to profiles."""
    query = (
        "SELECT yahoo_symbol FROM unknowns JOIN tickers USING (region, ticker) "
        "WHERE source = 'yahoo-profile' AND (because = 'answered') = ?"
    )
    return {symbol for (symbol,) in register(query, alone)}


def test_symbols_that_yahoo_does_not_know_cost_no_profile(online, sandbox, register):
    outcome = online()
    assert outcome.code == 0, outcome.err
    unknown = queried(sandbox, "quote") - sandbox.yahoo.known.keys()
    assert len(unknown) > 12
    assert sandbox.counters["yahoo quotes"] == 1
    assert not queried(sandbox, "profile") & unknown
    assert marked(register, alone=False) == unknown
    assert outcome.document["planned"]["requests"]["yahoo-quote"] == 1
    before = sandbox.counters["yahoo"]
    online()
    assert sandbox.counters["yahoo"] == before


def test_what_quotes_leave_is_asked_within_the_budget_and_the_rest_is_told(
    online, sandbox, register
):
    missing = [stock for stock in sandbox.yahoo.known.values() if stock.industry][:40]
    for stock in missing:  # no screen has them, though Yahoo knows them
        sandbox.yahoo.industries[stock.industry].remove(stock)
    outcome = online("--profile-budget", 30)
    asked = queried(sandbox, "profile")
    assert asked <= sandbox.yahoo.known.keys()
    assert len(asked) == 30
    left = outcome.document["planned"]["left"]
    quoted = queried(sandbox, "quote") & sandbox.yahoo.known.keys()
    assert 0 < left <= len(quoted) - 30
    again = online("--profile-budget", 30).document["planned"]
    assert queried(sandbox, "profile") == asked
    assert again["left"] == left


def empty() -> Response:
    return json_response({"quoteResponse": {"result": [], "error": None}})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(empty(), id="hollow"),
        pytest.param(Response(500, b"down"), id="down"),
        pytest.param(Response(404, b"gone"), id="gone"),
        pytest.param(Response(401, b"{}"), id="refused"),
        pytest.param(json_response({"quoteResponse": 7}), id="nonsense"),
        pytest.param(Response(200, b"<html>consent</html>", "text/html"), id="a web page"),
    ],
)
def test_where_quotes_fail_profiles_tell_as_they_did_without(
    online, screened, sandbox, register, answer
):
    sandbox.yahoo.faults.answers["quotes"] = answer
    outcome = online()
    assert outcome.code == 0, outcome.err
    unknown = queried(sandbox, "profile") - sandbox.yahoo.known.keys()
    assert len(unknown) > 12
    assert marked(register, alone=True) >= unknown
    assert not marked(register, alone=False)


def test_a_quote_that_has_half_of_what_yahoo_knows_marks_nothing(
    online, screened, sandbox, register
):
    known = [stock for stock in sandbox.yahoo.known.values() if stock.industry]
    register("DELETE FROM unknowns")
    half = [{"symbol": one.symbol, "quoteType": "EQUITY"} for one in known[::2]]
    answer = json_response({"quoteResponse": {"result": half, "error": None}})
    sandbox.yahoo.faults.answers["quotes"] = answer
    online()
    assert not marked(register, alone=False) & sandbox.yahoo.known.keys()


def test_without_a_profile_budget_no_quote_is_asked(screened):
    assert screened == 0


def test_a_fund_is_not_asked_for_its_industry(online, screened, sandbox, register):
    [symbols] = zip(
        *register("SELECT yahoo_symbol FROM unknowns JOIN tickers USING (region, ticker)"),
        strict=True,
    )
    funds = [{"symbol": symbol, "quoteType": "ETF"} for symbol in symbols]
    screened = [one.symbol for one in sandbox.yahoo.known.values() if one.industry]
    stocks = [{"symbol": symbol, "quoteType": "EQUITY"} for symbol in screened]
    answer = json_response({"quoteResponse": {"result": [*funds, *stocks][:1000], "error": None}})
    sandbox.yahoo.faults.answers["quotes"] = answer
    online()
    assert not queried(sandbox, "profile") & set(symbols)
