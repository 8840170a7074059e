"""An HTTP session whose every request passes the gate.

Redirects, cookies and credentials are left to requests, which sends each redirect as a request of
its own, through the gate again, and drops credentials where the host changes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests.utils import get_auth_from_url

from spock_core.domain.errors import ProviderError
from spock_core.sources.http.cookies import BoundedCookieJar
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.transport import Transport

_OF_EVERY_HOST = ("if-none-match", "if-modified-since", "cookie")
"""Headers of a single request that go where it is redirected to: conditions of lists, which their
providers keep on other hosts, and cookies, which requests chooses by host."""
MAX_REDIRECTS = 5
"""Redirects of one request; each is a request too."""


class _OfTheAddress(AuthBase):
    """Credentials that are part of an address, and no others.

    Without it, requests would send the user's from `~/.netrc`, which are meant for other programs,
    and read that file whatever it is.
    """

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        user, password = get_auth_from_url(str(request.url))
        return HTTPBasicAuth(user, password)(request) if user or password else request


class GatedSession(requests.Session):
    """A session for one provider; use it in a `with` statement, or close it."""

    def __init__(self, gate: RequestGate, transport: Transport) -> None:
        super().__init__()
        self.cookies = BoundedCookieJar()
        self.auth = _OfTheAddress()
        self.max_redirects = MAX_REDIRECTS
        self.gate = gate
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _GateAdapter(gate, transport))

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """Makes a request, and one more for each redirect. Raises what the gate raises, and
        `ProviderError` for an address that is none."""
        try:
            response = super().request(*args, **options)
            if response.history:
                self.gate.check_end(response.history[0].url, response.url)
            return response
        except requests.TooManyRedirects:
            reason = f"more than {MAX_REDIRECTS} redirects"
        except ValueError:  # requests' InvalidURL, and urllib3's LocationParseError
            raise ProviderError("not a valid web address") from None
        raise self.gate.refuse_redirect(reason)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Removes credentials from a request that is redirected to another host, and the headers
        that only the first one was to see."""
        urls = str(response.request.url), str(prepared_request.url)
        if self.should_strip_auth(*urls):  # type: ignore[no-untyped-call]
            kept = {
                name: value
                for name, value in prepared_request.headers.items()
                if name.lower() in _OF_EVERY_HOST
            }
            prepared_request.headers.clear()
            prepared_request.headers.update({**self.headers, **kept})  # type: ignore[dict-item]

    def get_redirect_target(self, response: requests.Response) -> str | None:
        """Returns where a response redirects to, or None. Raises `TransientError` if the provider
        does not state that address."""
        if not response.is_redirect:
            return None
        try:
            target = super().get_redirect_target(response) or ""
            url = urljoin(response.url, target)
        except ValueError:
            raise self.gate.refuse_redirect("a redirect to an invalid address") from None
        self.gate.check_redirect(url)
        return target


class _GateAdapter(BaseAdapter):
    """Sends each request through the gate, and then over the transport."""

    def __init__(self, gate: RequestGate, transport: Transport) -> None:
        super().__init__()
        self._gate = gate
        self._transport = transport

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        **options: Any,
    ) -> requests.Response:
        """Makes one request. Its deadline is the gate's, whatever the caller's `timeout`."""
        return self._gate.exchange(
            str(request.url), lambda limits: self._transport.send(request, limits, **options)
        )

    def close(self) -> None:
        """Closes all connections."""
        self._transport.close()
