"""Yahoo's hosts: cookie, crumb, screener, quoteSummary, quote; strict as the real ones."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spock_core.domain import Market
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.messages import Answer, Request, json_answer
from spock_core.sandbox.yahoo_faults import YahooFaults
from spock_core.sandbox.yahoo_knowledge import YahooStock, by_industry, know

LARGEST_PAGE = 250
_COOKIE = "A3=d=sandbox"
_CRUMB = "sandbox.crumb"
_DASH = "\N{EM DASH}"


class YahooSite:
    """All of Yahoo's hosts over one universe."""

    def __init__(self, universe: Universe, markets: Mapping[str, Market]) -> None:
        self.known = know(universe, markets)
        self.industries = by_industry(self.known.values())
        self.faults = YahooFaults()
        self.asked: Counter[str] = Counter()
        """How often each industry was screened, from its first page, and each profile asked for."""
        self.arrivals: list[float] = []
        """When each request came, in monotonic seconds."""
        self._lock = threading.Lock()

    def answer(self, request: Request, counters: Counter[str]) -> Answer | None:
        """The answer to a request to one of Yahoo's hosts; None for anything else."""
        route = next((name for name, form in _ROUTES.items() if form.fullmatch(request.path)), None)
        if route is None:
            return None
        with self._lock:
            self.arrivals.append(time.monotonic())
            counters["yahoo"] += 1
            counters[f"yahoo {route}"] += 1
            number = counters["yahoo"]
        fault = self.faults.strike(number)
        if fault is not None:
            return fault
        found: Answer = getattr(self, f"_{route}")(request)
        if route == "screener" and found.status == 200 and self.faults.drifts(number):
            found = _drifted(found)
        return replace(found, cut=True) if self.faults.cuts(number) else found

    def _note(self, what: str, *subjects: str) -> None:
        with self._lock:
            self.asked.update(f"{what} {subject}" for subject in subjects)

    def _cookie(self, request: Request) -> Answer:
        cookie = f"{_COOKIE}; Domain=.yahoo.com; Path=/; Max-Age=31536000"
        return Answer(404, b"", "text/html", {"Set-Cookie": cookie})

    def _consent(self, request: Request) -> Answer:
        return Answer(200, b"<html><body>no consent needed</body></html>", "text/html")

    def _crumb(self, request: Request) -> Answer:
        if not _has_cookie(request):
            return _unauthorized("Invalid Cookie")
        return Answer(200, _CRUMB.encode())

    def _screener(self, request: Request) -> Answer:
        if not _may(request):
            return _unauthorized("Invalid Crumb")
        try:
            asked = json.loads(request.body)
            size, offset = int(asked["size"]), int(asked["offset"])
            wanted = _wanted(asked["query"])
        except (ValueError, KeyError, TypeError, IndexError):
            return _bad_request("Unable to parse query")
        if size > LARGEST_PAGE or request.method != "POST":
            return _bad_request("Size exceeds 250")
        industries = [_spoken(spelling) for spelling in wanted.get("industry", ())]
        exchanges = wanted.get("exchange", ())
        asked_for = (
            [stock for name in industries for stock in self.industries.get(name, ())]
            if "industry" in wanted
            else self.known.values()
        )
        stocks = [stock for stock in asked_for if stock.exchange in exchanges]
        if offset == 0:
            self._note("screen", *industries)
            self._note("list", *(exchanges if "industry" not in wanted else ()))
        stocks.sort(key=lambda one: one.symbol, reverse=asked.get("sortType") != "ASC")
        page = stocks[offset : offset + size]
        result = {
            "start": offset,
            "count": len(page),
            "total": len(stocks),
            "quotes": [_quote(stock) for stock in page],
            "useRecords": False,
        }
        return json_answer({"finance": {"result": [result], "error": None}})

    def _summary(self, request: Request) -> Answer:
        if not _may(request):
            return _unauthorized("Invalid Crumb")
        symbol = request.path.rpartition("/")[2]
        self._note("profile", symbol)
        stock = self.known.get(symbol)
        if stock is None:
            words = f"Quote not found for symbol: {symbol}"
            error = {"code": "Not Found", "description": words}
            return json_answer({"quoteSummary": {"result": None, "error": error}}, 404)
        modules: dict[str, Any] = {"quoteType": {"symbol": symbol, "quoteType": "EQUITY"}}
        if stock.industry:
            modules["assetProfile"] = {"sector": stock.sector, "industry": stock.industry}
        else:
            modules["assetProfile"] = {"maxAge": 86400}
        asked = request.query("modules").split(",")
        result = {name: modules[name] for name in asked if name in modules}
        return json_answer({"quoteSummary": {"result": [result], "error": None}})

    def _quotes(self, request: Request) -> Answer:
        if not _may(request):
            return _unauthorized("Invalid Crumb")
        symbols = request.query("symbols").split(",")
        found = [_quote(self.known[symbol]) for symbol in symbols if symbol in self.known]
        return json_answer({"quoteResponse": {"result": found, "error": None}})

    def _timeseries(self, request: Request) -> Answer:
        return json_answer({"timeseries": {"result": [], "error": None}})


_ROUTES = {
    "cookie": re.compile("/"),
    "consent": re.compile("/consent|/v2/collectConsent|/copyConsent"),
    "crumb": re.compile("/v1/test/getcrumb"),
    "screener": re.compile("/v1/finance/screener"),
    "summary": re.compile("/v10/finance/quoteSummary/.+"),
    "quotes": re.compile("/v7/finance/quote"),
    "timeseries": re.compile("/ws/fundamentals-timeseries/.+"),
}


def _wanted(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """Wanted values by field, from `and`s of `eq` and of `or`s of `eq`, as yfinance writes them."""
    operator, operands = str(query["operator"]).lower(), query["operands"]
    if operator == "eq":
        return {operands[0]: [operands[1]]}
    if operator not in ("and", "or"):
        raise ValueError(operator)
    found: dict[str, list[str]] = {}
    for operand in operands:
        for name, values in _wanted(operand).items():
            found.setdefault(name, []).extend(values)
    return found


def _spoken(spelling: str) -> str:
    """quoteSummary's spelling of the screener's word; the wrong spelling matches nothing."""
    return "" if " - " in spelling else spelling.replace(_DASH, " - ")


def _quote(stock: YahooStock) -> dict[str, Any]:
    return {
        "symbol": stock.symbol,
        "exchange": stock.exchange,
        "quoteType": "EQUITY",
        "typeDisp": "Equity",
        "longName": stock.name,
        "shortName": stock.name[:30],
    }


def _drifted(page: Answer) -> Answer:
    """The page as it looks when Yahoo's list changes meanwhile: a quote is missing."""
    value = json.loads(page.content)
    result = value["finance"]["result"][0]
    result["quotes"] = result["quotes"][:-1]
    return json_answer(value)


def _has_cookie(request: Request) -> bool:
    return _COOKIE in request.headers.get("Cookie", "")


def _may(request: Request) -> bool:
    return _has_cookie(request) and request.query("crumb") == _CRUMB


def _unauthorized(words: str) -> Answer:
    error = {"code": "Unauthorized", "description": words}
    return json_answer({"finance": {"result": None, "error": error}}, 401)


def _bad_request(words: str) -> Answer:
    error = {"code": "Bad Request", "description": words}
    return json_answer({"finance": {"result": None, "error": error}}, 400)
