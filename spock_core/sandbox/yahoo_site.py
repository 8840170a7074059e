"""Imitates Yahoo's hosts: cookie, crumb, screener, quoteSummary and quote.

Like the real ones, it refuses requests without cookie and crumb, and pages of more than 250.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spock_core.domain import Market
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.messages import WEB_PAGE, Request, Response, json_response
from spock_core.sandbox.yahoo_faults import YahooFaults
from spock_core.sandbox.yahoo_knowledge import YahooStock, group_by_industry, known_stocks

MAX_PAGE_SIZE = 250
_COOKIE = "A3=d=sandbox"
_CRUMB = "sandbox.crumb"
_EM_DASH = "\N{EM DASH}"


class YahooSite:
    """Serves all of Yahoo's hosts over one universe."""

    def __init__(self, universe: Universe, markets: Mapping[str, Market]) -> None:
        self.known = known_stocks(universe, markets)
        """Stocks by symbol."""
        self.industries = group_by_industry(self.known.values())
        self.faults = YahooFaults()
        self.asked: Counter[str] = Counter()
        """Number of queries by subject: `screen <industry>`, `list <exchange>` (both for the first
        page only), `quote <symbol>` and `profile <symbol>`."""
        self.arrivals: list[float] = []
        """When each request arrived, in monotonic seconds."""
        self._lock = threading.Lock()

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """Returns the response to a request for one of Yahoo's paths; None for any other."""
        route = next((name for name, path in _ROUTES.items() if path.fullmatch(request.path)), None)
        if route is None:
            return None
        with self._lock:
            self.arrivals.append(time.monotonic())
            counters["yahoo"] += 1
            counters[f"yahoo {route}"] += 1
            number = counters["yahoo"]
        fault = self.faults.response_to(number)
        if fault is not None:
            return fault
        asked_with = request.body.decode(errors="replace")
        wrong = self.faults.answer_to(route, request.path, asked_with)
        if wrong is not None:
            return wrong
        response: Response = getattr(self, f"_{route}")(request)
        if route == "screener" and response.status == 200 and self.faults.drifts(number):
            response = _drifted(response)
        return replace(response, cut=True) if self.faults.cuts(number) else response

    def _count(self, query: str, *subjects: str) -> None:
        with self._lock:
            self.asked.update(f"{query} {subject}" for subject in subjects)

    def _cookie(self, request: Request) -> Response:
        cookie = f"{_COOKIE}; Domain=.yahoo.com; Path=/; Max-Age=31536000"
        cookies = (cookie, "A1S=d=sandbox; Path=/") if self.faults.host_cookie else (cookie,)
        return Response(404, b"", "text/html", cookies=cookies)

    def _consent(self, request: Request) -> Response:
        return Response(200, b"<html><body>no consent needed</body></html>", "text/html")

    def _crumb(self, request: Request) -> Response:
        if not _has_cookie(request):
            return _unauthorized("Invalid Cookie")
        return Response(200, _CRUMB.encode())

    def _screener(self, request: Request) -> Response:
        if not _is_authorized(request):
            return _unauthorized("Invalid Crumb")
        try:
            body = json.loads(request.body)
            size, offset = int(body["size"]), int(body["offset"])
            criteria = _criteria(body["query"])
        except (ValueError, KeyError, TypeError, IndexError):
            return _bad_request("Unable to parse query")
        if size > MAX_PAGE_SIZE or request.method != "POST":
            return _bad_request("Size exceeds 250")
        industries = [_summary_spelling(spelling) for spelling in criteria.get("industry", ())]
        exchanges = criteria.get("exchange", ())
        candidates = (
            [stock for name in industries for stock in self._in_industry(name)]
            if "industry" in criteria
            else self.known.values()
        )
        stocks = [stock for stock in candidates if stock.exchange in exchanges]
        if offset == 0:
            self._count("screen", *industries)
            self._count("list", *(exchanges if "industry" not in criteria else ()))
        stocks.sort(key=lambda stock: stock.symbol, reverse=body.get("sortType") != "ASC")
        page = stocks[offset : offset + size]
        result = {
            "start": offset,
            "count": len(page),
            "total": len(stocks),
            "quotes": self.faults.page(offset, [_quote(stock) for stock in page]),
            "useRecords": False,
        }
        return json_response({"finance": {"result": [result], "error": None}})

    def _in_industry(self, name: str) -> Sequence[YahooStock]:
        """Returns the stocks of an industry by the name that Yahoo uses now."""
        if self.faults.unrestricted:
            return list(self.known.values())
        renamed = self.faults.renamed
        if name in renamed:
            return ()
        before = [old for old, new in renamed.items() if new == name] or [name]
        stocks = [stock for old in before for stock in self.industries.get(old, ())]
        return self.faults.screen(name, stocks)

    def _summary(self, request: Request) -> Response:
        if not _is_authorized(request):
            return _unauthorized("Invalid Crumb")
        symbol = request.path.rpartition("/")[2]
        self._count("profile", symbol)
        if self.faults.page_404:
            return replace(WEB_PAGE, status=404)
        stock = None if self.faults.unknown_profiles else self.known.get(symbol)
        if stock is None:
            description = f"Quote not found for symbol: {symbol}"
            error = {"code": "Not Found", "description": description}
            return json_response({"quoteSummary": {"result": None, "error": error}}, 404)
        name = getattr(stock, "name", "")  # a test may know of its business alone
        names = {"longName": name, "shortName": name[:30]}
        modules: dict[str, Any] = {
            "quoteType": {"symbol": symbol, "quoteType": "EQUITY", **names},
        }
        if stock.industry and not self.faults.empty_profiles:
            industry = self.faults.renamed.get(stock.industry, stock.industry)
            modules["assetProfile"] = {"sector": stock.sector, "industry": industry}
        else:
            modules["assetProfile"] = {"maxAge": 86400}
        requested = request.query("modules").split(",")
        result = {name: modules[name] for name in requested if name in modules}
        return json_response({"quoteSummary": {"result": [result], "error": None}})

    def _quotes(self, request: Request) -> Response:
        if not _is_authorized(request):
            return _unauthorized("Invalid Crumb")
        symbols = request.query("symbols").split(",")
        self._count("quote", *symbols)
        known = () if self.faults.unknown_profiles else self.known
        quotes = [
            {"symbol": symbol, "quoteType": "EQUITY"} for symbol in symbols if symbol in known
        ]
        quotes = self.faults.page(0, quotes)
        return json_response({"quoteResponse": {"result": quotes, "error": None}})

    def _timeseries(self, request: Request) -> Response:
        return json_response({"timeseries": {"result": [], "error": None}})


_ROUTES = {
    "cookie": re.compile("/"),
    "consent": re.compile("/consent|/v2/collectConsent|/copyConsent"),
    "crumb": re.compile("/v1/test/getcrumb"),
    "screener": re.compile("/v1/finance/screener"),
    "summary": re.compile("/v10/finance/quoteSummary/.+"),
    "quotes": re.compile("/v7/finance/quote"),
    "timeseries": re.compile("/ws/fundamentals-timeseries/.+"),
}
"""Paths by the name of the method that handles them, without its underscore."""


def _criteria(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns the values of a screener query by field.

    Handles the queries that yfinance makes: `and` of `eq`, and of `or` of `eq`. Raises `ValueError`
    for any other operator.
    """
    operator, operands = str(query["operator"]).lower(), query["operands"]
    if operator == "eq":
        return {operands[0]: [operands[1]]}
    if operator not in ("and", "or"):
        raise ValueError(operator)
    criteria: dict[str, list[str]] = {}
    for operand in operands:
        for field, values in _criteria(operand).items():
            criteria.setdefault(field, []).extend(values)
    return criteria


def _summary_spelling(industry: str) -> str:
    """Returns the spelling in quoteSummary (`Banks - Regional`) of an industry in the screener,
    where it has an em dash. Empty for any other spelling, so that it matches nothing."""
    return "" if " - " in industry else industry.replace(_EM_DASH, " - ")


def _quote(stock: YahooStock) -> dict[str, Any]:
    return {
        "symbol": stock.symbol,
        "exchange": stock.exchange,
        "quoteType": "EQUITY",
        "typeDisp": "Equity",
        "longName": stock.name,
        "shortName": stock.name[:30],
    }


def _drifted(page: Response) -> Response:
    """Returns the page without its last quote, as if the screen had changed between two pages."""
    value = json.loads(page.content)
    result = value["finance"]["result"][0]
    result["quotes"] = result["quotes"][:-1]
    return json_response(value)


def _has_cookie(request: Request) -> bool:
    return _COOKIE in request.headers.get("Cookie", "")


def _is_authorized(request: Request) -> bool:
    return _has_cookie(request) and request.query("crumb") == _CRUMB


def _unauthorized(description: str) -> Response:
    error = {"code": "Unauthorized", "description": description}
    return json_response({"finance": {"result": None, "error": error}}, 401)


def _bad_request(description: str) -> Response:
    error = {"code": "Bad Request", "description": description}
    return json_response({"finance": {"result": None, "error": error}}, 400)
