"""A third party's provider with two query sources: its server, and its plugin as it would write it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 100
PLUGIN = """
from spock_core import (
    Claim, GroupPage, GroupQuerySource, Member, Said, Setting, Site, SourceTerms, StockQuerySource,
    hookimpl,
)

SPOCK_HOOKS = 3
CODES = {"Banks": "401010", "Software": "451030", "Mines": "151040"}
TERMS = SourceTerms("acme", (), TELLS, opt_in=True, terms="Free for everybody.")

def site(settings):
    return Site(addresses=(settings.acme_url,), rate=1_000.0, budget=BUDGET)

def symbol(stock):
    return f"{stock.key.region}:{stock.key.ticker}"

def claim(source, observation):
    code = CODES.get(observation.words.get("business", ""))
    return Claim(source.name, code, 0.9, "Acme says so") if code else None

class AcmeGroups(GroupQuerySource):
    name, counts_as, about = "acme-groups", "acme", TERMS
    page_size, group_word = 100, "business"
    def site(self, settings):
        return site(settings)
    def symbol(self, stock):
        return symbol(stock)
    def groups(self):
        return dict.fromkeys(CODES, 1 / 3)
    def words(self, group):
        return {"business": group} if group in CODES else None
    def venues(self, exchange):
        return (exchange.mic,)
    def ask_group(self, client, group, venues, offset):
        found = client.get("/group", params={"name": group, "venues": ",".join(venues),
                                             "offset": offset})
        members = tuple(Member(one, "") for one in found["members"])
        return GroupPage(members, found["total"])
    def claim(self, observation, market):
        return claim(self, observation)

class AcmeStocks(StockQuerySource):
    name, counts_as, about = "acme-stocks", "acme", TERMS
    most_symbols = 20
    def site(self, settings):
        return site(settings)
    def symbol(self, stock):
        return symbol(stock)
    def ask(self, client, symbols):
        FAULT
        found = client.get("/stocks", params={"symbols": ",".join(symbols)})
        return {
            one: Said({"business": said["business"]}, identifiers={"ISIN": said.get("isin", "")})
            for one, said in found.items()
        }
    def claim(self, observation, market):
        return claim(self, observation)

@hookimpl
def spock_sources():
    return (AcmeGroups(), AcmeStocks())

@hookimpl
def spock_settings():
    return (Setting("acme_url", help="Base address of Acme."),)
"""


def plugin(
    tells: tuple[str, ...] = ("sector", "industry"), budget: int | None = None, fault: str = "pass"
) -> str:
    """Returns the plugin's module."""
    text = PLUGIN.replace("TELLS", repr(tells)).replace("BUDGET", repr(budget))
    return text.replace("FAULT", fault)


@dataclass
class Acme:
    """The server."""

    url: str = ""
    businesses: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Business and MIC by symbol."""
    isins: dict[str, str] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    status: int = 200
    padding: int = 0
    """Bytes of nothing beside each answer."""
    held: threading.Event | None = None
    """Answers nothing before this is set."""
    bad: dict[str, tuple[int, object]] = field(default_factory=dict)
    """Status and document in place of the right ones, by group."""

    def respond(self, target: str) -> tuple[int, object]:
        """Returns status and document for a path with its query."""
        document = self.answer(target)
        name = parse_qs(urlsplit(target).query).get("name", [""])[0]
        return self.bad.get(name, (self.status, document))

    def answer(self, target: str) -> object:
        """Returns the document for a path with its query."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.counters[parts.path] += 1
        if self.held is not None:
            self.held.wait()
        if parts.path == "/group":
            venues = query["venues"].split(",")
            members = sorted(
                one for one, said in self.businesses.items()
                if said[0] == query["name"] and said[1] in venues
            )  # fmt: skip
            offset = int(query["offset"])
            return {"total": len(members), "members": members[offset : offset + PAGE]}
        if self.padding:
            return {"padding": "x" * self.padding}
        return {
            one: {"business": self.businesses[one][0], "isin": self.isins.get(one, "")}
            for one in query["symbols"].split(",")
            if one in self.businesses
        }


@contextlib.contextmanager
def serve_acme() -> Iterator[Acme]:
    """Serves Acme inside the `with` statement."""
    acme = Acme()
    with _serve(lambda path, _: acme.respond(path)) as acme.url:
        yield acme


@contextlib.contextmanager
def serve_json(answer: Callable[[bytes], object]) -> Iterator[str]:
    """Answers every request with a document made from its body. Yields the address."""
    with _serve(lambda _, body: (200, answer(body))) as url:
        yield url


@contextlib.contextmanager
def _serve(answer: Callable[[str, bytes], tuple[int, object]]) -> Iterator[str]:
    """Serves on loopback; `answer` gives status and document (or the bytes of what is none) for a
    path with its query, and a body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, document = answer(self.path, asked)
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            with contextlib.suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
