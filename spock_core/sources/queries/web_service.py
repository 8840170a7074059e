"""The client that query sources get whose provider answers in JSON."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import Site
from spock_core.sources.documents import plain
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.session import GatedSession
from spock_core.sources.http.transport import PlainTransport


class WebService:
    """Makes requests to one provider, each through its gate. May be used from several threads."""

    def __init__(self, session: GatedSession, base: str, settings: Any) -> None:
        self.session = session
        """The `requests.Session` beneath, for headers of all requests."""
        self.settings = settings
        """The settings of the run, plugins' own included; None in another process."""
        self._base = base.rstrip("/")

    def get(self, path: str, **options: Any) -> Any:
        """Returns the JSON document at a path; `options` are those of `requests.get`: `params`,
        `headers`. Its texts are on one line, without control characters.

        Raises `TransientError` for an outage, `Unreadable` for anything but JSON, and
        `ProviderError` for a refusal.
        """
        return self._request("GET", path, options)

    def post(self, path: str, **options: Any) -> Any:
        """Posts to a path and returns the JSON document; options and errors as of `get`."""
        return self._request("POST", path, options)

    def _request(self, method: str, path: str, options: dict[str, Any]) -> Any:
        response = self.session.request(method, self._base + path, **options)
        if response.status_code != 200:
            raise ProviderError(f"the server answered HTTP {response.status_code}")
        return plain(response.json())


@contextlib.contextmanager
def open_web_service(gate: RequestGate, site: Site, settings: Any) -> Iterator[WebService]:
    """Yields a client for the site's base, or for its first address."""
    with GatedSession(gate, PlainTransport()) as session:
        yield WebService(session, site.base or site.addresses[0], settings)
