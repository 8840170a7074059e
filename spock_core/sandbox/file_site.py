"""A download site: files of lists, with ETags, and the ways in which it fails."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from spock_core.sandbox.messages import NOT_FOUND, WEB_PAGE, Answer, Request

_CHANGED = format_datetime(datetime(2025, 6, 12, tzinfo=UTC), usegmt=True)


@dataclass
class SiteFaults:
    """How the site misbehaves, by file name or for all files under `*`. Off unless set."""

    status: dict[str, int] = field(default_factory=dict)
    """Answer with this HTTP status."""
    times: dict[str, int] = field(default_factory=dict)
    """Misbehave only this often; without an entry, always."""
    html: set[str] = field(default_factory=set)
    """Answer 200 with a web page."""
    cut: set[str] = field(default_factory=set)
    """Close the connection half-way through the body."""
    body: dict[str, bytes] = field(default_factory=dict)
    """Answer 200 with these bytes."""
    retry_after: str | None = None
    """What to say beside another status."""
    etag: str | None = None
    """Name every version so."""
    latency_s: float = 0.0
    """Time before every answer."""
    redirect: bool = False
    """Send every first request for a file elsewhere on this site."""

    def strikes(self, table: Container[str], name: str) -> str | None:
        """The entry of a table that holds for a file now: its name, `*`, or None."""
        key = name if name in table else "*" if "*" in table else None
        if key is None or self.times.get(key, 1) <= 0:
            return None
        if key in self.times:
            self.times[key] -= 1
        return key


class FileSite:
    """Files under one path."""

    def __init__(
        self, path: str, provider: str, kind: str, files: Iterable[tuple[str, bytes]]
    ) -> None:
        """`provider`: as its requests are counted; `kind`: the media type of its files."""
        self.files = dict(files)
        self.faults = SiteFaults()
        self._path = path
        self._provider = provider
        self._kind = kind
        self._lock = threading.Lock()

    def answer(self, request: Request, counters: Counter[str]) -> Answer | None:
        """The answer to a request for a file; None for anything else."""
        if request.method != "GET" or not request.path.startswith(self._path):
            return None
        name = request.path.removeprefix(self._path)
        with self._lock:
            counters[self._provider] += 1
            counters[f"{self._provider} {name}"] += 1
        time.sleep(self.faults.latency_s)
        with self._lock:
            if self.faults.redirect and not request.query("again"):
                return Answer(302, headers={"Location": f"{self._path}{name}?again=1"})
            return self._file(name, request)

    def _file(self, name: str, request: Request) -> Answer:
        faults = self.faults
        if (key := faults.strikes(faults.status, name)) is not None:
            said = {} if faults.retry_after is None else {"Retry-After": faults.retry_after}
            return Answer(faults.status[key], b"out of order\n", headers=said)
        if faults.strikes(faults.html, name) is not None:
            return WEB_PAGE
        if name not in self.files:
            return NOT_FOUND
        found = self._whole(self.files[name], request)
        if faults.strikes(faults.cut, name) is not None:
            return replace(found, cut=True)
        if (key := faults.strikes(faults.body, name)) is not None:
            return self._whole(faults.body[key], request)
        return found

    def _whole(self, content: bytes, request: Request) -> Answer:
        etag = self.faults.etag or f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": _CHANGED}
        asked = request.headers.get("If-None-Match")
        since = request.headers.get("If-Modified-Since")
        if asked == etag or (asked is None and since == _CHANGED):
            return Answer(304, b"", self._kind, headers)
        return Answer(200, content, self._kind, headers)
