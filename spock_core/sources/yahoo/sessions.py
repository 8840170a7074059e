"""HTTP sessions for yfinance whose every request passes the gate, redirects and all.

Yahoo's own hosts are asked with curl_cffi in a browser's guise, as yfinance does by default. A test
server or mirror is asked with requests, through an adapter that sends Yahoo's hosts elsewhere under
the session, so that the cookie jar still sees yahoo.com.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from curl_cffi import requests as curl
from requests.adapters import HTTPAdapter

from spock_core.sources.http.gate import RequestGate

MOST_REDIRECTS = 8
_SEE_OTHER = (301, 302, 303)
_REDIRECTS = (*_SEE_OTHER, 307, 308)
_BROWSER = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"


class CurlSession(curl.Session):  # type: ignore[type-arg]
    """yfinance's default session, behind the gate."""

    def __init__(self, gate: RequestGate) -> None:
        super().__init__(impersonate="chrome")
        self._gate = gate

    def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]
        """One request, and one more for each redirect: each is counted."""
        follow = options.pop("allow_redirects", True)
        for _ in range(MOST_REDIRECTS):
            once = partial(self._once, method, url, options)
            response = self._gate.exchange(url, once)
            target = response.headers.get("Location")
            if not follow or response.status_code not in _REDIRECTS or not target:
                return response
            url = urljoin(url, target)
            if response.status_code in _SEE_OTHER and method != "HEAD":
                method = "GET"
                options = {k: v for k, v in options.items() if k not in ("data", "json")}
        raise requests.TooManyRedirects(f"more than {MOST_REDIRECTS} redirects")

    def _once(self, method: str, url: str, options: dict[str, Any]) -> Any:
        return super().request(method, url, allow_redirects=False, **options)  # type: ignore[arg-type]


class PlainSession(requests.Session):
    """A session that sends every host to one base address, behind the gate."""

    def __init__(self, gate: RequestGate, base: str) -> None:
        super().__init__()
        self.headers["User-Agent"] = _BROWSER
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Elsewhere(gate, base))


class _Elsewhere(HTTPAdapter):
    """Sends a request to another base, and lets everybody believe that it went where it said."""

    def __init__(self, gate: RequestGate, base: str) -> None:
        super().__init__()
        self._gate = gate
        self._base = base.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """One request, behind the gate; requests comes back here for each redirect."""
        there = partial(self._send_there, request, *args, **options)
        return self._gate.exchange(str(request.url), there)

    def _send_there(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Path and query are kept; the base stands in for scheme and host."""
        sent = request.copy()
        parts = urlsplit(str(request.url))
        sent.url = self._base + parts.path + (f"?{parts.query}" if parts.query else "")
        response = super().send(sent, *args, **options)
        response.url, response.request = str(request.url), request
        _ = response.content  # the whole body now: a cut one is no answer
        return response
