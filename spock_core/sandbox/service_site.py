"""Serves the providers of plugins' query sources, each under a path of its own."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from spock_core.plugins.faults import reason_of
from spock_core.plugins.service import MadeUpService, ServiceRequest
from spock_core.sandbox.messages import Request, Response, json_response

PATH = "/services/"
NOT_FOUND = json_response({"error": "not found"}, 404)


class ServiceSite:
    """Answers with what the plugins' functions return."""

    def __init__(self, services: Iterable[MadeUpService]) -> None:
        self.services = {service.setting: service for service in services}
        """By the setting that redirects the provider; its requests are counted under that name."""
        self.errors: list[str] = []
        """What the functions raised, in one line each; the requests got HTTP 500."""
        self._lock = threading.Lock()

    def path_of(self, setting: str) -> str:
        """Returns the path under which a provider is served."""
        return PATH + setting

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """Returns the response of a plugin's provider; None for any other request."""
        setting, slash, rest = request.path.removeprefix(PATH).partition("/")
        service = self.services.get(setting)
        if service is None or not request.path.startswith(PATH):
            return None
        with self._lock:
            counters[setting] += 1
        try:
            document = service.answer(_read(request, slash + rest))
            return NOT_FOUND if document is None else json_response(document)
        except Exception as error:
            with self._lock:
                self.errors.append(f"{setting}: {reason_of(error)}")
            return json_response({"error": "the made-up provider failed"}, 500)


def _read(request: Request, path: str) -> ServiceRequest:
    """Returns a request as plugins see it. Raises `ValueError` if its body is not JSON."""
    pairs = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    return ServiceRequest(
        method=request.method,
        path=path,
        query=dict(reversed(pairs)),
        document=json.loads(request.body) if request.body else None,
        headers={name.lower(): value for name, value in request.headers.items()},
    )
