"""The HTTP session for yfinance.

Requests to Yahoo's own hosts are sent by curl_cffi, which imitates a browser, as yfinance does by
default. Requests to a test server or mirror are sent by urllib3, to another host than the session
knows of, so that the session still matches its cookies with yahoo.com. Above either stands the
session of requests, which yfinance accepts: redirects and cookies are handled once.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.session import GatedSession
from spock_core.sources.http.transport import Limits, PlainTransport
from spock_core.sources.yahoo.curl_transport import CurlTransport

_BROWSER = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"


def yahoo_session(gate: RequestGate, base: str | None) -> GatedSession:
    """Returns a session for yfinance."""
    if base is None:
        session = GatedSession(gate, CurlTransport())
        session.headers.clear()  # curl_cffi has those of the browser
    else:
        session = GatedSession(gate, _BaseAddressTransport(base))
        session.headers["User-Agent"] = _BROWSER
    return session


class _BaseAddressTransport(PlainTransport):
    """Sends requests to a base address, while their responses keep the original URL."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base.rstrip("/")
        self._own = Addresses([base])

    def send(self, request: requests.PreparedRequest, limits: Limits, **options: Any) -> Answer:
        """Replaces scheme and host by the base address; path and query stay."""
        sent = request.copy()
        if not self._own.allow(str(request.url)):  # a redirect may name the base itself
            parts = urlsplit(str(request.url))
            sent.url = self._base + parts.path + (f"?{parts.query}" if parts.query else "")
        response = super().send(sent, limits, **options)
        response.url, response.request = str(request.url), request
        return response
