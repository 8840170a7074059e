"""The sandbox's server: on loopback, speaking the providers' wire formats."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from spock_core.errors import UsageError
from spock_core.sandbox.master_files import archives
from spock_core.sandbox.universe import Universe

LOOPBACK = "127.0.0.1"
MASTER_PATH = "/common/master/"
COUNTERS_PATH = "/sandbox/counters"
_CHANGED = format_datetime(datetime(2025, 6, 12, tzinfo=UTC), usegmt=True)


@dataclass
class Faults:
    """How the sandbox misbehaves, by file name or for all files under `*`. Off unless set."""

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

    def strikes(self, table: dict[str, int] | set[str] | dict[str, bytes], name: str) -> str | None:
        """The entry of a table that holds for a file now: its name, `*`, or None."""
        key = name if name in table else "*" if "*" in table else None
        if key is None or self.times.get(key, 1) <= 0:
            return None
        if key in self.times:
            self.times[key] -= 1
        return key


class Sandbox:
    """A running server."""

    def __init__(self, universe: Universe, port: int) -> None:
        self.files = dict(archives(universe))
        self.faults = Faults()
        self.counters: Counter[str] = Counter()
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"sandbox": self})
        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), handler)
        except OSError as error:
            raise UsageError(f"port {port}: {(error.strerror or str(error)).lower()}") from error
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def kis_master_url(self) -> str:
        """What to set `SPOCK_KIS_MASTER_URL` to."""
        return f"{self.url}{MASTER_PATH.rstrip('/')}"

    def run(self) -> None:
        """Serves until it is stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Ends `run`, from another thread."""
        self._server.shutdown()

    def close(self) -> None:
        """Gives the port back."""
        self._server.server_close()


@contextlib.contextmanager
def serve(universe: Universe, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox that runs in a thread of its own for as long as it is needed."""
    sandbox = Sandbox(universe, port)
    thread = threading.Thread(target=sandbox.run, name="spock-sandbox", daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
        thread.join()
        sandbox.close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    sandbox: ClassVar[Sandbox]
    protocol_version = "HTTP/1.1"
    server_version = "spock-sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        """Master files, and the counters."""
        if self.path == COUNTERS_PATH:
            with self.sandbox.lock:
                counts = dict(self.sandbox.counters)
            self._answer(200, json.dumps(counts).encode(), "application/json")
        elif self.path.startswith(MASTER_PATH):
            self._master_file(self.path.removeprefix(MASTER_PATH))
        else:
            self._answer(404, b"not found\n", "text/plain")

    def _master_file(self, name: str) -> None:
        sandbox, faults = self.sandbox, self.sandbox.faults
        with sandbox.lock:
            sandbox.counters["kis"] += 1
            sandbox.counters[f"kis {name}"] += 1
            status = faults.strikes(faults.status, name)
            html = None if status else faults.strikes(faults.html, name)
            cut = None if status or html else faults.strikes(faults.cut, name)
            body = None if status or html or cut else faults.strikes(faults.body, name)
        content = sandbox.files.get(name)
        if status is not None:
            self._answer(faults.status[status], b"out of order\n", "text/plain")
        elif html is not None:
            self._answer(200, b"<!DOCTYPE html><title>Maintenance</title>\n", "text/html")
        elif content is None:
            self._answer(404, b"not found\n", "text/plain")
        elif cut is not None:
            self._answer(200, content, "application/zip", sent=len(content) // 2)
            self.close_connection = True
        else:
            self._archive(content if body is None else faults.body[body])

    def _archive(self, content: bytes) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": _CHANGED}
        asked = self.headers.get("If-None-Match")
        since = self.headers.get("If-Modified-Since")
        if asked == etag or (asked is None and since == _CHANGED):
            self._answer(304, b"", "application/zip", headers)
        else:
            self._answer(200, content, "application/zip", headers)

    def _answer(
        self,
        status: int,
        content: bytes,
        kind: str,
        headers: dict[str, str] | None = None,
        *,
        sent: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:sent])

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the counters tell."""
