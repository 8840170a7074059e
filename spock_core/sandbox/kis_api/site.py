"""Imitates KIS's REST API: its tokens, one a minute, and what it says of a product."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque

from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_api.products import Products
from spock_core.sandbox.messages import Request, Response, json_response
from spock_core.sources.kis.api_client import PATH, TOO_MANY, TR_ID
from spock_core.sources.kis.api_source import RATE

TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105  a path
KEY, SECRET = "sandbox-key", "sandbox-secret"
"""The only credentials that the sandbox accepts."""
_INTERVAL_S = 60.0
"""Shortest time between two tokens."""


class KisApiSite:
    """Issues tokens, and tells of products."""

    def __init__(self, universe: Universe) -> None:
        self.products = Products(universe)
        self.refusals = 0
        """Requests for products to be refused as too many, whatever their rate."""
        self.tokens: set[str] = set()
        """Those that are valid."""
        self.arrivals: deque[float] = deque(maxlen=int(RATE))
        """Of the last requests for a product that were answered, in monotonic seconds."""
        self.issued = 0
        """Tokens issued so far."""
        self.last_token: float | None = None
        """When the last token was issued, in monotonic seconds."""
        self._lock = threading.Lock()

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """Returns the response to a request for a token or a product; None for any other."""
        if (request.method, request.path) == ("POST", TOKEN_PATH):
            with self._lock:
                counters["kis-api token"] += 1
                return self._token(request)
        if (request.method, request.path) == ("GET", PATH):
            with self._lock:
                counters["kis-api product"] += 1
                return self._product(request)
        return None

    def _product(self, request: Request) -> Response:
        given = {name.lower(): value for name, value in request.headers.items()}
        if given.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _error("EGW00123", 500)
        if (given.get("appkey"), given.get("appsecret")) != (KEY, SECRET):
            return _error("EGW00103", 403)
        if (given.get("tr_id"), given.get("custtype")) != (TR_ID, "P"):
            return _error("EGW00203", 400)
        if self.refusals:
            self.refusals -= 1
            return _error(TOO_MANY, 500)
        now = time.monotonic()
        if len(self.arrivals) == self.arrivals.maxlen and now < self.arrivals[0] + 1.0:
            return _error(TOO_MANY, 500)
        self.arrivals.append(now)
        output = self.products.output(request.query("PRDT_TYPE_CD"), request.query("PDNO"))
        return json_response({"rt_cd": "0", "msg_cd": "KIOK0530", "msg1": "", "output": output})

    def _token(self, request: Request) -> Response:
        try:
            body = json.loads(request.body)
        except ValueError:
            return _refusal("EGW00101")
        if not isinstance(body, dict) or body.get("grant_type") != "client_credentials":
            return _refusal("EGW00102")
        if body.get("appkey") != KEY:
            return _refusal("EGW00103")
        if body.get("appsecret") != SECRET:
            return _refusal("EGW00105")
        now = time.monotonic()
        if self.last_token is not None and now < self.last_token + _INTERVAL_S:
            return _refusal("EGW00133")
        self.last_token = now
        self.issued += 1
        token = f"sandbox-token-{self.issued}"
        self.tokens.add(token)
        return json_response({"access_token": token, "token_type": "Bearer", "expires_in": 86400})


def _error(code: str, status: int) -> Response:
    """Returns an error of a request for a product."""
    return json_response({"rt_cd": "1", "msg_cd": code, "msg1": "refused"}, status)


def _refusal(code: str) -> Response:
    """Returns a refusal with one of KIS's error codes."""
    return json_response({"error_description": "refused", "error_code": code}, 403)
