"""The sandbox's HTTP server, on loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from spock_core.domain import Market
from spock_core.domain.errors import UsageError
from spock_core.sandbox.csv_tables import tables
from spock_core.sandbox.file_site import FileSite
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_api.site import KisApiSite
from spock_core.sandbox.kis_files import archives
from spock_core.sandbox.messages import NOT_FOUND, Request, Response, json_response
from spock_core.sandbox.service_site import ServiceSite
from spock_core.sandbox.yahoo_site import YahooSite

LOOPBACK = "127.0.0.1"
MASTER_PATH = "/common/master/"
LISTS_PATH = "/lists/"
TABLES_PATH = "/tables/"
COUNTERS_PATH = "/sandbox/counters"


class Sandbox:
    """Serves all providers over one universe. Raises `UsageError` if the port is in use."""

    def __init__(self, universe: Universe, markets: Mapping[str, Market], port: int) -> None:
        self.kis = FileSite(MASTER_PATH, "kis", "application/zip", archives(universe))
        self.lists = FileSite(LISTS_PATH, "csv", "text/csv", tables(universe, markets))
        self.tables = FileSite(
            TABLES_PATH, "tables", "application/octet-stream", universe.tables.items()
        )
        self.kis_api = KisApiSite(universe)
        self.yahoo = YahooSite(universe, markets)
        self.services = ServiceSite(universe.services)
        self.spoil: Callable[[Request, Response], Response] | None = None
        """Makes another response of each, for tests."""
        self.counters: Counter[str] = Counter()
        handler = type("Handler", (_Handler,), {"sandbox": self})
        try:
            self._server = _Server((LOOPBACK, port), handler)
        except OSError as error:
            raise UsageError(f"port {port}: {(error.strerror or str(error)).lower()}") from error

    @property
    def url(self) -> str:
        """The base address, for `SPOCK_YAHOO_URL`."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def kis_master_url(self) -> str:
        """The address for `SPOCK_KIS_MASTER_URL`."""
        return f"{self.url}{MASTER_PATH.rstrip('/')}"

    @property
    def lists_url(self) -> str:
        """The address for `SPOCK_LISTS_URL`."""
        return f"{self.url}{LISTS_PATH.rstrip('/')}"

    @property
    def tables_url(self) -> str:
        """The address for `SPOCK_TABLES_URL`."""
        return f"{self.url}{TABLES_PATH.rstrip('/')}"

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses of all providers by the settings that redirect them."""
        return {
            "kis_master_url": self.kis_master_url,
            "yahoo_url": self.url,
            "kis_api_url": self.url,
            "lists_url": self.lists_url,
            "tables_url": self.tables_url,
            **{name: self.url + self.services.path_of(name) for name in self.services.services},
        }

    def respond(self, request: Request) -> Response:
        """Returns the response of the site that the request is for."""
        if request.path == COUNTERS_PATH:
            return json_response(dict(self.counters))
        response = self._answer(request)
        return self.spoil(request, response) if self.spoil is not None else response

    def _answer(self, request: Request) -> Response:
        sites = (self.kis, self.lists, self.tables, self.kis_api, self.yahoo, self.services)
        for site in sites:
            response = site.respond(request, self.counters)
            if response is not None:
                return response
        return NOT_FOUND

    def secure(self, context: ssl.SSLContext) -> None:
        """Switches to TLS. Must be called before `run`."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def run(self) -> None:
        """Serves until `stop` is called."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Ends `run`. Must be called from another thread."""
        self._server.shutdown()

    def close(self) -> None:
        """Releases the port."""
        self._server.server_close()


@contextlib.contextmanager
def serve(universe: Universe, markets: Mapping[str, Market], port: int = 0) -> Iterator[Sandbox]:
    """Serves a sandbox in a thread inside the `with` statement. Port 0 is any free port."""
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
    """Does not report clients that close their connection."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Handles the requests of one connection."""

    sandbox: ClassVar[Sandbox]
    protocol_version = "HTTP/1.1"
    server_version = "spock-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Handles GET and POST."""
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            host=self.headers.get("Host", ""),
            target=self.path,
            headers=dict(self.headers.items()),
            body=self.rfile.read(length),
        )
        with contextlib.suppress(ConnectionError):
            self._send(self.sandbox.respond(request))

    do_POST = do_GET

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.media_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("Set-Cookie", cookie)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.content)))
        self.end_headers()
        if response.cut:
            self.wfile.write(response.content[: len(response.content) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(response.content)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing; requests are counted under `COUNTERS_PATH`."""
