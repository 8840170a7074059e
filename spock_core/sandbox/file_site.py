"""Imitates a download server for list files, with ETags, and with faults on request."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from spock_core.sandbox.messages import NOT_FOUND, WEB_PAGE, Request, Response

_LAST_MODIFIED = format_datetime(datetime(2025, 6, 12, tzinfo=UTC), usegmt=True)


@dataclass
class SiteFaults:
    """The faults of the site, by file name, or under `*` for all files. None by default."""

    status: dict[str, int] = field(default_factory=dict)
    """Respond with this HTTP status."""
    times: dict[str, int] = field(default_factory=dict)
    """Number of requests that meet the fault; without an entry, all."""
    html: set[str] = field(default_factory=set)
    """Respond with HTTP 200 and a web page."""
    cut: set[str] = field(default_factory=set)
    """Close the connection half-way through the body."""
    body: dict[str, bytes] = field(default_factory=dict)
    """Respond with HTTP 200 and these bytes."""
    retry_after: str | None = None
    """The `Retry-After` header of responses with a status from `status`."""
    etag: str | None = None
    """The `ETag` header of all files, whatever their content."""
    latency_s: float = 0.0
    """Seconds before every response."""
    redirect: bool = False
    """Redirect each request for a file once, on this site."""

    def applies(self, faults: Container[str], name: str) -> str | None:
        """Returns the key under which a fault applies to a request for a file, or None.

        `faults` is one of the attributes above. Counts the request if `times` limits the fault.
        """
        key = name if name in faults else "*" if "*" in faults else None
        if key is None or self.times.get(key, 1) <= 0:
            return None
        if key in self.times:
            self.times[key] -= 1
        return key


class FileSite:
    """Serves files under one path."""

    def __init__(
        self, path: str, provider: str, media_type: str, files: Iterable[tuple[str, bytes]]
    ) -> None:
        """`provider` is the name under which requests are counted; `files` are names and
        contents."""
        self.files = dict(files)
        self.faults = SiteFaults()
        self._path = path
        self._provider = provider
        self._media_type = media_type
        self._lock = threading.Lock()

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """Returns the response to a request for a file; None for any other request."""
        if request.method != "GET" or not request.path.startswith(self._path):
            return None
        name = request.path.removeprefix(self._path)
        with self._lock:
            counters[self._provider] += 1
            counters[f"{self._provider} {name}"] += 1
        time.sleep(self.faults.latency_s)
        with self._lock:
            if self.faults.redirect and not request.query("again"):
                return Response(302, headers={"Location": f"{self._path}{name}?again=1"})
            return self._file(name, request)

    def _file(self, name: str, request: Request) -> Response:
        faults = self.faults
        if (key := faults.applies(faults.status, name)) is not None:
            headers = {} if faults.retry_after is None else {"Retry-After": faults.retry_after}
            return Response(faults.status[key], b"out of order\n", headers=headers)
        if faults.applies(faults.html, name) is not None:
            return WEB_PAGE
        if name not in self.files:
            return NOT_FOUND
        response = self._conditional(self.files[name], request)
        if faults.applies(faults.cut, name) is not None:
            return replace(response, cut=True)
        if (key := faults.applies(faults.body, name)) is not None:
            return self._conditional(faults.body[key], request)
        return response

    def _conditional(self, content: bytes, request: Request) -> Response:
        """Returns the content, or HTTP 304 if the client has it already."""
        etag = self.faults.etag or f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": _LAST_MODIFIED}
        if_none_match = request.headers.get("If-None-Match")
        if_modified_since = request.headers.get("If-Modified-Since")
        if if_none_match == etag or (if_none_match is None and if_modified_since == _LAST_MODIFIED):
            return Response(304, b"", self._media_type, headers)
        return Response(200, content, self._media_type, headers)
