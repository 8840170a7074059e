"""The sandbox's server: on loopback, speaking the providers' wire formats."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from spock_core.domain import Market
from spock_core.domain.errors import UsageError
from spock_core.sandbox.csv_tables import tables
from spock_core.sandbox.file_site import FileSite
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_api_site import KisApiSite
from spock_core.sandbox.kis_files import archives
from spock_core.sandbox.messages import NOT_FOUND, Answer, Request, json_answer
from spock_core.sandbox.yahoo_site import YahooSite

LOOPBACK = "127.0.0.1"
MASTER_PATH = "/common/master/"
LISTS_PATH = "/lists/"
COUNTERS_PATH = "/sandbox/counters"


class Sandbox:
    """A running server: all providers over one universe."""

    def __init__(self, universe: Universe, markets: Mapping[str, Market], port: int) -> None:
        self.kis = FileSite(MASTER_PATH, "kis", "application/zip", archives(universe))
        self.lists = FileSite(LISTS_PATH, "csv", "text/csv", tables(universe, markets))
        self.kis_api = KisApiSite()
        self.yahoo = YahooSite(universe, markets)
        self.counters: Counter[str] = Counter()
        handler = type("Handler", (_Handler,), {"sandbox": self})
        try:
            self._server = _Server((LOOPBACK, port), handler)
        except OSError as error:
            raise UsageError(f"port {port}: {(error.strerror or str(error)).lower()}") from error

    @property
    def url(self) -> str:
        """Where it listens; what to set `SPOCK_YAHOO_URL` to."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def kis_master_url(self) -> str:
        """What to set `SPOCK_KIS_MASTER_URL` to."""
        return f"{self.url}{MASTER_PATH.rstrip('/')}"

    @property
    def lists_url(self) -> str:
        """What to set `SPOCK_LISTS_URL` to."""
        return f"{self.url}{LISTS_PATH.rstrip('/')}"

    def answer(self, request: Request) -> Answer:
        """The answer of whichever site the request is for."""
        if request.path == COUNTERS_PATH:
            return json_answer(dict(self.counters))
        for site in (self.kis, self.lists, self.kis_api, self.yahoo):
            found = site.answer(request, self.counters)
            if found is not None:
                return found
        return NOT_FOUND

    def secure(self, context: ssl.SSLContext) -> None:
        """Speaks TLS from now on. Call it before `run`."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

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
def serve(universe: Universe, markets: Mapping[str, Market], port: int = 0) -> Iterator[Sandbox]:
    """A sandbox that runs in a thread of its own for as long as it is needed."""
    sandbox = Sandbox(universe, markets, port)
    thread = threading.Thread(target=sandbox.run, name="spock-sandbox", daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
        thread.join()
        sandbox.close()


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    sandbox: ClassVar[Sandbox]
    protocol_version = "HTTP/1.1"
    server_version = "spock-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answers."""
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            host=self.headers.get("Host", ""),
            target=self.path,
            headers=dict(self.headers.items()),
            body=self.rfile.read(length),
        )
        with contextlib.suppress(ConnectionError):
            self._send(self.sandbox.answer(request))

    do_POST = do_GET

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if answer.cut:
            self.wfile.write(answer.content[: len(answer.content) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the counters tell."""
