"""KIS's REST API as a source: identifiers for those who have a key, within KIS's limits."""

from __future__ import annotations

import json
import stat
from collections import deque
from datetime import timedelta
from pathlib import Path

import pytest

from spock_core.sandbox.kis_api.site import KEY, SECRET
from spock_core.sandbox.messages import Request, Response, json_response
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.conftest import Spock

BUDGET = 25


@pytest.fixture
def keyed(
    spock: Spock, small_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Spock:
    """`spock enrich --json` with a key, from the lists and the API of the sandbox."""
    monkeypatch.setenv("SPOCK_KIS_API_URL", small_sandbox.url)
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", KEY)
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", SECRET)
    monkeypatch.setenv("SPOCK_CACHE_FOLDER", str(tmp_path / "cache"))
    monkeypatch.setattr("spock_core.sources.kis.api_source.RATE", 1_000.0)

    def run(*arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--kis-master-url", small_sandbox.kis_master_url,
            "--sources", "kis", "kis-api", "--retry-delay", "0", *arguments,
        )  # fmt: skip

    return run


@pytest.fixture(autouse=True)
def quick(small_sandbox: Sandbox) -> None:
    """A server that allows more than the tests ask for."""
    small_sandbox.kis_api.arrivals = deque(maxlen=10_000)


def asked(sandbox: Sandbox, what: str = "product") -> int:
    return sandbox.counters[f"kis-api {what}"]


def test_a_key_brings_identifiers_and_par_values(keyed, spock, small_sandbox, register):
    outcome = keyed()
    assert outcome.code == 0
    stocks = len(small_sandbox.kis_api.products.instruments)
    assert asked(small_sandbox) == stocks
    assert outcome.document["planned"]["requests"]["kis-api"] == stocks
    assert asked(small_sandbox, "token") == 1
    known = register("SELECT ticker, words FROM observations WHERE source = 'kis-api'")
    [(unknown,)] = register("SELECT count(*) FROM unknowns WHERE source = 'kis-api'")
    assert len(known) + unknown == stocks
    [(isins,)] = register("SELECT count(*) FROM tickers WHERE isin IS NOT NULL")
    assert isins == len(known)
    [(valued,)] = register("SELECT count(*) FROM stock_details WHERE par_value > 0")
    assert valued == len(known)
    [(ticker, isin)] = register("SELECT ticker, isin FROM tickers WHERE isin IS NOT NULL LIMIT 1")
    assert ticker in spock("show", isin).out


def test_what_was_told_or_unknown_is_not_asked_the_next_night(keyed, small_sandbox, noon):
    keyed()
    before = asked(small_sandbox)
    noon.shift(timedelta(hours=12))
    assert keyed().code == 0
    assert asked(small_sandbox) == before
    assert asked(small_sandbox, "token") == 1  # kept between runs


def test_an_allowance_a_day_fills_the_register_over_nights(keyed, small_sandbox, register, noon):
    for night in (1, 2):
        outcome = keyed("--kis-api-budget", BUDGET)
        assert outcome.code == 0
        assert asked(small_sandbox) == night * BUDGET
        keyed("--kis-api-budget", BUDGET)  # the same day
        assert asked(small_sandbox) == night * BUDGET
        noon.shift(timedelta(days=1))
        small_sandbox.kis_api.last_token = None  # its clock goes on in real time
    stocks = len(small_sandbox.kis_api.products.instruments)
    assert outcome.document["planned"]["left"] == stocks - 2 * BUDGET


def test_without_a_key_nobody_is_asked_and_nothing_is_said(
    spock, small_sandbox, keyed, monkeypatch
):
    monkeypatch.delenv("SPOCK_KIS_APP_KEY")
    monkeypatch.delenv("SPOCK_KIS_APP_SECRET")
    outcome = keyed()
    assert outcome.code == 0
    assert asked(small_sandbox) == asked(small_sandbox, "token") == 0
    assert "kis-api" not in outcome.err
    assert "set SPOCK_KIS_APP_KEY" in spock("doctor").out


def test_too_many_requests_slow_it_down_and_lose_nothing(keyed, small_sandbox, register):
    small_sandbox.kis_api.refusals = 3
    outcome = keyed()
    assert outcome.code == 0
    assert outcome.document["errors"]["kis-api"] == {"http_429": 3}
    [(told,)] = register("SELECT count(*) FROM observations WHERE source = 'kis-api'")
    assert told > 0


def test_a_token_that_kis_no_longer_takes_is_renewed(keyed, small_sandbox, noon):
    keyed("--kis-api-budget", 5)
    small_sandbox.kis_api.tokens.clear()
    small_sandbox.kis_api.last_token = None
    noon.shift(timedelta(hours=13))
    assert keyed("--kis-api-budget", 5).code == 0
    assert asked(small_sandbox, "token") == 2
    assert asked(small_sandbox) >= 10


def test_a_second_token_within_a_minute_is_an_outage_for_the_night(keyed, small_sandbox, tmp_path):
    keyed("--kis-api-budget", 5)
    for path in (tmp_path / "cache").iterdir():
        path.unlink()
    outcome = keyed("--force-refresh", "--kis-api-budget", 50)
    assert outcome.code == 0  # nothing of a region hangs on it
    assert "kis-api: KIS issues one token a minute" in outcome.err
    assert asked(small_sandbox) == 5


def test_a_refused_key_is_told_and_costs_little(keyed, small_sandbox, monkeypatch, register):
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", "wrong-secret")
    outcome = keyed()
    assert outcome.code == 0
    assert "KIS refuses the key" in outcome.err
    assert "what it said before still counts" in outcome.err
    assert asked(small_sandbox, "token") <= 40
    assert register("SELECT count(*) FROM unknowns") == [(0,)]


APPLE = {"std_pdno": "US0378331005", "prdt_eng_name": "APPLE INC", "ovrs_papr": "0.00001"}


@pytest.mark.parametrize("output", [APPLE, dict.fromkeys(APPLE, "0"), dict.fromkeys(APPLE, " ")])
def test_what_is_said_of_all_stocks_alike_is_said_of_none(keyed, small_sandbox, register, output):
    def spoil(request: Request, response: Response) -> Response:
        asks_for_a_product = request.path.endswith("search-info")
        same = json_response({"rt_cd": "0", "output": output})
        return same if asks_for_a_product else response

    small_sandbox.spoil = spoil
    assert "kis-api: it " in keyed().err
    assert asked(small_sandbox) < 50
    told = "SELECT count(*) FROM observations WHERE source = 'kis-api'"
    assert register(told) == [(0,)]
    assert register("SELECT count(*) FROM tickers WHERE isin IS NOT NULL") == [(0,)]
    small_sandbox.spoil = None
    keyed()
    assert register(told)[0][0] > 50


def test_what_was_said_before_all_was_said_alike_is_kept(keyed, small_sandbox, register):
    products = []

    def spoil(request: Request, response: Response) -> Response:
        if request.path.endswith("search-info"):
            products.append(request)
            if len(products) > 3:
                return json_response({"rt_cd": "0", "output": APPLE})
        return response

    small_sandbox.spoil = spoil
    assert "kis-api: it says the same of " in keyed().err
    assert register("SELECT count(*) FROM observations WHERE source = 'kis-api'") == [(3,)]


def test_an_outage_is_no_answer(keyed, small_sandbox, register, noon):
    keyed("--kis-api-budget", 5)
    small_sandbox.kis_api.tokens.clear()  # every product is refused, as HTTP 500
    noon.shift(timedelta(days=1))
    outcome = keyed("--max-retries", 1)
    assert outcome.code == 0
    assert "kis-api: " in outcome.err
    assert asked(small_sandbox) <= 5 + 41
    assert register("SELECT count(*) FROM observations WHERE source = 'kis-api'") == [(5,)]


def test_no_secret_is_kept_or_shown(keyed, small_sandbox, tmp_path):
    outcome = keyed("--verbose", "--log-file", "debug.log")
    [token] = small_sandbox.kis_api.tokens
    for secret in (SECRET, token):
        assert secret not in outcome.out + outcome.err
        assert secret not in Path("debug.log").read_text()
        assert secret.encode() not in Path("spock.db").read_bytes()
    [path] = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["access_token"] == token


def test_the_sandbox_has_a_key_of_its_own(spock, monkeypatch, tmp_path):
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", "the user's own")
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", "the user's secret")
    monkeypatch.setenv("SPOCK_CACHE_FOLDER", str(tmp_path / "cache"))
    outcome = spock(
        "enrich", "--json", "--sandbox", "--sandbox-size", 200, "--sources", "kis", "kis-api",
        "--kis-api-budget", 3,
    )  # fmt: skip
    assert outcome.code == 0
    assert outcome.document["requests"]["kis-api"] == 4
