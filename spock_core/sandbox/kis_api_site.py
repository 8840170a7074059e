"""Imitates the token endpoint of KIS's REST API, which issues one token a minute."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter

from spock_core.sandbox.messages import Request, Response, json_response

TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105  a path
KEY, SECRET = "sandbox-key", "sandbox-secret"
"""The only credentials that the sandbox accepts."""
_INTERVAL_S = 60.0
"""Shortest time between two tokens."""


class KisApiSite:
    """Issues tokens."""

    def __init__(self) -> None:
        self.issued = 0
        """Tokens issued so far."""
        self._last: float | None = None
        """When the last token was issued, in monotonic seconds."""
        self._lock = threading.Lock()

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """Returns the response to a request for a token; None for any other request."""
        if request.path != TOKEN_PATH or request.method != "POST":
            return None
        with self._lock:
            counters["kis-api"] += 1
            return self._token(request)

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
        if self._last is not None and now < self._last + _INTERVAL_S:
            return _refusal("EGW00133")
        self._last = now
        self.issued += 1
        token = f"sandbox-token-{self.issued}"
        return json_response({"access_token": token, "token_type": "Bearer", "expires_in": 86400})


def _refusal(code: str) -> Response:
    """Returns a refusal with one of KIS's error codes."""
    return json_response({"error_description": "refused", "error_code": code}, 403)
