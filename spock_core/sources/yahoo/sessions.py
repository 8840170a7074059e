"""HTTP sessions for yfinance that send every request, redirects included, through the gate.

Requests to Yahoo's own hosts use curl_cffi, which imitates a browser, as yfinance does by default.
Requests to a test server or mirror use requests, with an adapter that replaces the host below the
session, so that the session still matches its cookies with yahoo.com.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from curl_cffi import requests as curl
from requests.adapters import HTTPAdapter

from spock_core.sources.http.gate import RequestGate

MAX_REDIRECTS = 8
_SEE_OTHER = (301, 302, 303)
_REDIRECTS = (*_SEE_OTHER, 307, 308)
_BROWSER = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"


class CurlSession(curl.Session):  # type: ignore[type-arg]
    """yfinance's default session with the gate in front."""

    def __init__(self, gate: RequestGate) -> None:
        super().__init__(impersonate="chrome")
        self._gate = gate

    def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]
        """Makes one request, and one more for each redirect; each passes the gate by itself.

        Raises `requests.TooManyRedirects`, and what the gate raises.
        """
        follow = options.pop("allow_redirects", True)
        for _ in range(MAX_REDIRECTS):
            send = partial(self._send, method, url, options)
            response = self._gate.exchange(url, send)
            location = response.headers.get("Location")
            if not follow or response.status_code not in _REDIRECTS or not location:
                return response
            url = urljoin(url, location)
            if response.status_code in _SEE_OTHER and method != "HEAD":
                method = "GET"
                options = {k: v for k, v in options.items() if k not in ("data", "json")}
        raise requests.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects")

    def _send(self, method: str, url: str, options: dict[str, Any]) -> Any:
        return super().request(method, url, allow_redirects=False, **options)  # type: ignore[arg-type]


class PlainSession(requests.Session):
    """A session that sends every request to one base address, with the gate in front."""

    def __init__(self, gate: RequestGate, base: str) -> None:
        super().__init__()
        self.headers["User-Agent"] = _BROWSER
        for scheme in ("https://", "http://"):
            self.mount(scheme, _BaseAddressAdapter(gate, base))


class _BaseAddressAdapter(HTTPAdapter):
    """Sends requests to a base address, while their responses keep the original URL."""

    def __init__(self, gate: RequestGate, base: str) -> None:
        super().__init__()
        self._gate = gate
        self._base = base.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """Makes one request through the gate. The session calls this again for each redirect."""
        send = partial(self._send_to_base, request, *args, **options)
        return self._gate.exchange(str(request.url), send)

    def _send_to_base(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Replaces scheme and host by the base address; path and query stay."""
        sent = request.copy()
        parts = urlsplit(str(request.url))
        sent.url = self._base + parts.path + (f"?{parts.query}" if parts.query else "")
        response = super().send(sent, *args, **options)
        response.url, response.request = str(request.url), request
        _ = response.content  # reads the body here, so that the gate sees a truncated one
        return response
