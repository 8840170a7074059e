"""The client under yfinance: every wire request counted, and the user's yfinance left alone."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import yfinance
from yfinance import cache
from yfinance.const import SECTOR_INDUSTY_MAPPING
from yfinance.data import SingletonMeta, YfData

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES, YAHOO_SECTORS
from spock_core.domain.errors import ProviderDown, ProviderError, TransientError, UnknownSymbol
from spock_core.domain.events import RequestMade
from spock_core.sandbox.messages import Response, json_response
from spock_core.sandbox.server import Sandbox
from spock_core.sources.http.bounds import Bounds
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.session import GatedSession
from spock_core.sources.yahoo.answers import Profile
from spock_core.sources.yahoo.client import Yahoo
from spock_core.sources.yahoo.curl_transport import CurlTransport
from spock_core.sources.yahoo.sessions import yahoo_session
from tests.support.yahoo import yahoo_gate

MOST = Bounds().requests


@pytest.fixture
def events() -> list[RequestMade]:
    return []


@pytest.fixture
def gate(events: list[RequestMade], sandbox: Sandbox) -> RequestGate:
    return yahoo_gate(sandbox.url, rate=1000, pause_s=0, notify=events.append)


@pytest.fixture
def yahoo(gate: RequestGate, sandbox: Sandbox):
    with Yahoo(gate, sandbox.url) as client:
        yield client


def a_stock(sandbox: Sandbox):
    return next(stock for stock in sandbox.yahoo.known.values() if stock.industry)


def test_one_cookie_and_one_crumb_serve_a_whole_run(yahoo, sandbox, events):
    for _ in range(5):
        yahoo.screen("Gold", ("NMS", "NYQ"), 0)
    assert sandbox.counters["yahoo cookie"] == 1
    assert sandbox.counters["yahoo crumb"] == 1
    assert len(events) == sandbox.counters["yahoo"] == 7


def test_a_second_cookie_for_the_host_alone_costs_no_request(yahoo, sandbox):
    sandbox.yahoo.faults.host_cookie = True
    for _ in range(5):
        yahoo.screen("Gold", ("NMS", "NYQ"), 0)
    assert sandbox.counters["yahoo cookie"] == 1
    assert sandbox.counters["yahoo"] == 7


def test_a_profile_is_one_request(yahoo, sandbox):
    stock = a_stock(sandbox)
    yahoo.screen("Gold", ("NMS",), 0)
    before = sandbox.counters["yahoo"]
    assert yahoo.profile(stock.symbol) == Profile(str(stock.sector), str(stock.industry))
    assert sandbox.counters["yahoo"] == before + 1


def test_an_unknown_symbol_is_one_request_and_an_answer(yahoo, sandbox):
    yahoo.screen("Gold", ("NMS",), 0)
    before = sandbox.counters["yahoo"]
    with pytest.raises(UnknownSymbol):
        yahoo.profile("NOBODY.XX")
    assert sandbox.counters["yahoo"] == before + 1


def test_a_stock_without_a_sector_is_known_and_empty(yahoo, sandbox):
    silent = next(s for s in sandbox.yahoo.known.values() if s.industry is None)
    assert yahoo.profile(silent.symbol) == Profile("", "")


@pytest.mark.parametrize(
    "fault", [{"dead": True}, {"always_429": True}, {"html": True}, {"cut_share": 1.0}]
)
def test_an_outage_is_one_request_and_no_answer(yahoo, sandbox, fault):
    yahoo.screen("Gold", ("NMS",), 0)
    for name, value in fault.items():
        setattr(sandbox.yahoo.faults, name, value)
    before = sandbox.counters["yahoo"]
    with pytest.raises(TransientError):
        yahoo.screen("Gold", ("NMS",), 0)
    assert sandbox.counters["yahoo"] == before + 1


NONSENSE: dict[str, tuple[Response, str, str]] = {
    "no JSON": (Response(200, b"hello"), "not JSON", "unreadable"),
    "another form": (json_response({"a": 1}), "unknown format", "unreadable"),
    "a consent page as text": (
        Response(200, b"<!DOCTYPE html><html lang=en>Your consent"), "a consent page", "html"),
    "words of throttling": (Response(200, b"Too Many Requests\n"), "too many requests", "http_429"),
    "refused": (json_response({"finance": {"error": {"description": "Invalid Crumb"}}}, 401),
                r"the crumb was refused \(HTTP 401: Invalid Crumb\)", "http_401"),
    "forbidden": (Response(403, b"no"), r"the request was refused \(HTTP 403\)", "http_403"),
    "bad": (json_response({"finance": {"error": {"code": "Bad Request"}}}, 400),
            r"refused \(HTTP 400: Bad Request\)", "http_400"),
    "page for 404": (Response(404, b"<html>gone</html>", "text/html"), "HTTP 404", "http_404"),
}  # fmt: skip


@pytest.mark.parametrize("fault", NONSENSE)
@pytest.mark.parametrize("question", ["screener", "summary"])
def test_nonsense_is_named_counted_and_no_success(yahoo, sandbox, events, gate, fault, question):
    response, words, outcome = NONSENSE[fault]
    sandbox.yahoo.faults.answers[question] = response
    for _ in range(MOST):
        with pytest.raises(ProviderError, match=words) as caught:
            yahoo.screen("Gold", ("NMS",), 0) if question == "screener" else yahoo.profile("AAPL")
        assert not isinstance(caught.value, UnknownSymbol)
        assert caught.value.__context__ is None
        if gate.breaker.is_open:
            break
    assert outcome in {event.outcome for event in events}
    if outcome != "http_429":
        with pytest.raises(ProviderDown):
            yahoo.screen("Silver", ("NMS",), 0)


CRUMBS: dict[str, tuple[Response, str]] = {
    "empty": (Response(200, b""), "sent no crumb"),
    "a page": (Response(200, b"<html>consent", "text/html"), "a consent page"),
    "a page as text": (Response(200, b"<!doctype html><html lang=en>consent"), "a consent page"),
    "JSON": (json_response({"finance": {"error": None}}), "sent no crumb"),
    "throttled": (Response(200, b"Too Many Requests\n"), "too many requests"),
}


@pytest.mark.parametrize("fault", CRUMBS)
def test_what_is_no_crumb_is_not_sent_on(yahoo, sandbox, fault):
    sandbox.yahoo.faults.answers["crumb"], words = CRUMBS[fault]
    with pytest.raises(TransientError, match=words):
        yahoo.screen("Gold", ("NMS",), 0)
    assert sandbox.counters["yahoo screener"] == 0


def test_a_redirect_to_a_page_counts_against_yahoo(yahoo, sandbox, gate):
    consent = Response(302, headers={"Location": "https://guce.yahoo.com/consent"})
    sandbox.yahoo.faults.answers["screener"] = consent
    for _ in range(MOST):
        with pytest.raises(ProviderError):
            yahoo.screen("Gold", ("NMS",), 0)
    with pytest.raises(ProviderDown, match="redirected to https://guce"):
        yahoo.screen("Gold", ("NMS",), 0)


def test_quotes_that_are_none_are_counted(yahoo, sandbox, events):
    quotes: list[object] = [{"symbol": f"S{number}"} for number in range(9)]
    result = {"total": 10, "quotes": [*quotes, {"symbol": None}]}
    answer = json_response({"finance": {"result": [result], "error": None}})
    sandbox.yahoo.faults.answers["screen Banks - Regional"] = answer
    assert len(yahoo.screen("Banks - Regional", ("NMS",), 0).members) == 9
    assert (events[-1].outcome, events[-1].dropped) == ("ok", 1)
    assert yahoo.screen("Gold", ("NMS",), 0).dropped == 0


def test_no_connection_is_an_outage(events):
    base = "http://127.0.0.1:9"
    gate = yahoo_gate(base, rate=1000, pause_s=0, notify=events.append)
    with Yahoo(gate, base) as client, pytest.raises(TransientError, match="could not be reached"):
        client.screen("Gold", ("NMS",), 0)


def test_a_screen_that_yfinance_refuses_is_told(yahoo):
    with pytest.raises(ProviderError, match="yfinance rejects this query"):
        yahoo.screen("Gold", ("No Such Exchange",), 0)


def test_the_users_own_yfinance_is_left_as_it_was(gate, sandbox, tmp_path):
    own = YfData(session=requests.Session())
    cookies = cache._CookieCacheManager._Cookie_cache
    location = cache._CookieDBManager.get_location()
    hidden = yfinance.config.debug.hide_exceptions
    with Yahoo(gate, sandbox.url) as client:
        client.screen("Gold", ("NMS",), 0)
        assert SingletonMeta._instances[YfData] is not own
    assert YfData() is own
    assert cache._CookieCacheManager._Cookie_cache is cookies
    assert cache._CookieDBManager.get_location() == location
    assert yfinance.config.debug.hide_exceptions == hidden
    SingletonMeta._instances.pop(YfData)


def test_curl_passes_the_gate_too(gate, sandbox, events):
    with GatedSession(gate, CurlTransport()) as session:
        answer = session.get(f"{sandbox.url}/v1/test/getcrumb", timeout=5)
    assert answer.status_code == 401
    assert [event.outcome for event in events] == ["http_401"]


def test_the_real_hosts_are_asked_in_a_browsers_guise(gate):
    with yahoo_session(gate, None) as session:
        adapter: Any = session.get_adapter("https://query1.finance.yahoo.com/")
        assert isinstance(adapter._transport, CurlTransport)
        assert not session.headers


def test_a_provider_that_is_down_is_not_asked_any_more(yahoo, sandbox, gate):
    sandbox.yahoo.faults.dead = True
    for _ in range(MOST):
        with pytest.raises(TransientError):
            yahoo.screen("Gold", ("NMS",), 0)
    before = sandbox.counters["yahoo"]
    with pytest.raises(ProviderDown, match="no more requests are made to yahoo"):
        yahoo.screen("Gold", ("NMS",), 0)
    assert sandbox.counters["yahoo"] == before == MOST


def test_the_table_of_industries_is_yfinances():
    theirs = {
        name.replace("\N{EM DASH}", " - "): sector
        for sector, names in SECTOR_INDUSTY_MAPPING.items()
        for name in names
    }
    assert {row.name: row.sector for row in YAHOO_INDUSTRIES.values()} == theirs
    assert set(YAHOO_SECTORS) == set(SECTOR_INDUSTY_MAPPING)
