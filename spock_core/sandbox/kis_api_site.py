"""KIS's REST API, as far as it concerns keys: it gives one token a minute, to keys it knows."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter

from spock_core.sandbox.messages import Answer, Request, json_answer

TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105  a path
KEY, SECRET = "sandbox-key", "sandbox-secret"
"""The one key that the sandbox knows."""
_EVERY_S = 60.0


class KisApiSite:
    """The site."""

    def __init__(self) -> None:
        self.given = 0
        """Tokens given so far."""
        self._last: float | None = None
        self._lock = threading.Lock()

    def answer(self, request: Request, counters: Counter[str]) -> Answer | None:
        """The answer to a request for a token; None for anything else."""
        if request.path != TOKEN_PATH or request.method != "POST":
            return None
        with self._lock:
            counters["kis-api"] += 1
            return self._token(request)

    def _token(self, request: Request) -> Answer:
        try:
            asked = json.loads(request.body)
        except ValueError:
            return _refusal("EGW00101")
        if not isinstance(asked, dict) or asked.get("grant_type") != "client_credentials":
            return _refusal("EGW00102")
        if asked.get("appkey") != KEY:
            return _refusal("EGW00103")
        if asked.get("appsecret") != SECRET:
            return _refusal("EGW00105")
        now = time.monotonic()
        if self._last is not None and now < self._last + _EVERY_S:
            return _refusal("EGW00133")
        self._last = now
        self.given += 1
        token = f"sandbox-token-{self.given}"
        return json_answer({"access_token": token, "token_type": "Bearer", "expires_in": 86400})


def _refusal(code: str) -> Answer:
    return json_answer({"error_description": "refused", "error_code": code}, 403)
