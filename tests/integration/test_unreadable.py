"""One answer that cannot be read costs itself alone, and does not come back every night."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from spock_core.sandbox.messages import Response, json_response
from spock_core.sandbox.server import Sandbox
from spock_core.sources.yahoo.client import Yahoo
from spock_core.testing import Outcome
from tests.conftest import Spock

POISON = {
    "another form": json_response({"quoteSummary": 7}),
    "nested deeply": Response(200, b"[" * 50_000 + b"]" * 50_000),
    "no JSON": Response(200, b'{"quoteSummary": '),
    "a list of industries": json_response(
        {"quoteSummary": {"result": [{"assetProfile": {"industry": ["Banks"]}}], "error": None}}
    ),
}


@pytest.fixture
def vietnam(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` of Vietnam, whose stocks are asked one by one."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "VN", "--kis-master-url", master_files,
            "--yahoo-url", sandbox.url, "--sources", "kis", "yahoo-profile",
            "--yahoo-rate", 900, "--retry-delay", 0, *arguments,
        )  # fmt: skip

    return run


def a_stock(sandbox: Sandbox) -> str:
    """A symbol of Vietnam that Yahoo knows."""
    return next(symbol for symbol in sorted(sandbox.yahoo.known) if symbol.endswith(".VN"))


@pytest.mark.parametrize("answer", POISON.values(), ids=POISON)
def test_an_unreadable_profile_is_asked_later_and_later(
    vietnam, spock, sandbox, register, noon, answer
):
    symbol = a_stock(sandbox)
    sandbox.yahoo.faults.answers[f"profile {symbol}"] = answer
    first = vietnam()
    assert first.code == 1
    assert "yahoo: " in first.document["regions"][0]["error"]
    known = sum(name.endswith(".VN") for name in sandbox.yahoo.known)
    said = "SELECT count(*) FROM observations WHERE source = 'yahoo-profile'"
    assert register(said) == [(known - 1,)]
    unreadable = (
        "SELECT yahoo_symbol, times FROM unknowns JOIN tickers USING (region, ticker) "
        "WHERE because = 'unreadable'"
    )
    assert register(unreadable) == [(symbol, 1)]
    assert "yahoo-profile gave an unreadable answer 1 times" in spock("show", symbol).out

    asked = sandbox.yahoo.asked[f"profile {symbol}"]
    again = vietnam()
    assert again.code == 0
    noon.shift(timedelta(days=1))
    assert vietnam().code == 1
    assert register(unreadable) == [(symbol, 2)]
    noon.shift(timedelta(days=1))
    assert vietnam().code == 0

    del sandbox.yahoo.faults.answers[f"profile {symbol}"]
    noon.shift(timedelta(days=6))
    assert vietnam().code == 0
    assert sandbox.yahoo.asked[f"profile {symbol}"] == asked + 1
    assert register(said) == [(known,)]
    assert register(unreadable) == []


def test_many_unreadable_answers_are_an_outage(vietnam, sandbox, register):
    for symbol in sandbox.yahoo.known:
        sandbox.yahoo.faults.answers[f"profile {symbol}"] = POISON["another form"]
    assert vietnam().code == 1
    assert register("SELECT count(*) FROM unknowns WHERE because = 'unreadable'") == [(0,)]


def test_a_fault_in_a_program_costs_one_question(vietnam, sandbox, register, monkeypatch):
    """No answer leads to such a fault, as far as is known; so one is made."""
    bad, profile = a_stock(sandbox), Yahoo.profile

    def faulty(self: Yahoo, symbol: str) -> object:
        if symbol == bad:
            raise OverflowError("cannot convert float infinity to integer")
        return profile(self, symbol)

    monkeypatch.setattr(Yahoo, "profile", faulty)
    outcome = vietnam()
    assert outcome.code == 1
    error = outcome.document["regions"][0]["error"]
    assert error == (
        "yahoo: a question ended in a fault: OverflowError: cannot convert float infinity to integer"
    )
    known = sum(name.endswith(".VN") for name in sandbox.yahoo.known)
    said = "SELECT count(*) FROM observations WHERE source = 'yahoo-profile'"
    assert register(said) == [(known - 1,)]
    assert outcome.document["totals"]["failed"] == 1


SCREENS = {
    "a total without end": json_response(
        {"finance": {"result": [{"total": 1e999, "quotes": []}], "error": None}}
    ),
    "without its quotes": json_response(
        {"finance": {"result": [{"total": 900, "quotes": []}], "error": None}}
    ),
    "HTTP 500": Response(500, b""),
}


@pytest.fixture
def everywhere(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` of all regions, whose stocks are screened."""

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--kis-master-url", master_files, "--yahoo-url", sandbox.url,
            "--sources", "ALL", "--yahoo-rate", 900, "--retry-delay", 0, *arguments,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("answer", SCREENS.values(), ids=SCREENS)
def test_one_bad_screen_costs_its_own_stocks_alone(everywhere, sandbox, register, answer):
    industries = sandbox.yahoo.industries
    industry = max(industries, key=lambda name: (len(industries[name]), name))
    sandbox.yahoo.faults.answers[f"screen {industry}"] = answer
    outcome = everywhere("--max-retries", 1)
    assert outcome.code == 1
    listed = {symbol for (symbol,) in register("SELECT yahoo_symbol FROM tickers")}
    own = listed & {one.symbol for one in industries[industry]}
    assert 0 < outcome.document["totals"]["failed"] <= len(own)
    told = "SELECT count(*) FROM observations WHERE source LIKE 'yahoo%'"
    with_industry = {one.symbol for one in sandbox.yahoo.known.values() if one.industry}
    assert register(told) == [(len(with_industry & listed - own),)]
    marked = "SELECT yahoo_symbol FROM unknowns JOIN tickers USING (region, ticker)"
    assert not own & {symbol for (symbol,) in register(marked)}
    assert register("SELECT * FROM screens") == [], "nothing is left of the plan"
    sandbox.yahoo.faults.answers.clear()
    assert everywhere().code == 0
    assert register(told) == [(len(with_industry & listed),)]


def test_many_unreadable_screens_are_an_outage(everywhere, sandbox, register):
    for industry in sandbox.yahoo.industries:
        sandbox.yahoo.faults.answers[f"screen {industry}"] = POISON["nested deeply"]
    assert everywhere().code == 1
    assert register("SELECT * FROM failed_screens") == []
    assert register("SELECT * FROM unknowns") == []
