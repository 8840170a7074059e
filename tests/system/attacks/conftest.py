"""A hostile Yahoo before a good one, on both HTTP stacks."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from curl_cffi import CurlOpt

from spock_core.sandbox.server import Sandbox
from spock_core.sources.yahoo.curl_transport import CurlTransport
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.hostile import Hostile, hostile
from tests.support.memory import bounded_memory
from tests.support.tls import certificate
from tests.system.attacks.moves import Move, relay_to

HOSTS = (
    "fc.yahoo.com", "query1.finance.yahoo.com", "query2.finance.yahoo.com", "guce.yahoo.com",
    "consent.yahoo.com", "finance.yahoo.com", "other.example",
)  # fmt: skip
Night = Callable[..., tuple[Outcome, Hostile]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-attacks", action="store_true", help="every attack, on both HTTP stacks")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--all-attacks`, tries each attack on one of the stacks in turn, and leaves out those
    that wait for deadlines or have the full universe."""
    if config.getoption("--all-attacks", default=False):
        return
    left_out = [item for item in items if _is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    if call is not None and "over_tls" in call.params:
        return True  # on the full universe
    if call is None or not {"attack", "yahoo_night"} <= call.indices.keys():
        return False
    is_other_stack = call.indices["attack"] % 2 != call.indices["yahoo_night"]
    return bool(call.params["attack"].long) or is_other_stack


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what attacks on the full universe took."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    costs = [(dict(one.user_properties).get("cost"), one.nodeid) for one in ended]
    for cost, name in sorted((cost, name) for cost, name in costs if cost):
        terminalreporter.write_line(f"{cost}  {name.rpartition('[')[2].rstrip(']')}")


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ssl.SSLContext]:
    """A server's, for Yahoo's own names."""
    with pytest.MonkeyPatch.context() as patch:
        yield certificate(tmp_path_factory.mktemp("tls"), patch)


@pytest.fixture(params=["curl, Yahoo's own names over TLS", "requests, another address"])
def yahoo_night(
    request: pytest.FixtureRequest,
    spock: Spock,
    small_sandbox: Sandbox,
    master_files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Night:
    """One night of Vietnam, whose stocks Yahoo is asked about one by one.

    `night(where, move)`: requests whose target has `where` in it meet the move, all others the
    sandbox.
    """
    over_tls = request.param.startswith("curl")

    def night(where: str, move: Move, *arguments: object) -> tuple[Outcome, Hostile]:
        good = relay_to(small_sandbox.url)

        def answer(server: Hostile, connection: Any, line: str) -> None:
            (move if where in line else good)(server, connection, line)

        with ExitStack() as stack:
            tls = request.getfixturevalue("context") if over_tls else None
            server = stack.enter_context(hostile(answer, context=tls))
            address: tuple[object, ...] = ("--yahoo-url", server.url)
            if over_tls:
                address = ()
                patch = stack.enter_context(monkeypatch.context())
                _connect_to(server.port, patch)
            with bounded_memory():
                outcome = spock(
                    "enrich", "--json", "--regions", "VN", "--kis-master-url",
                    small_sandbox.kis_master_url, "--sources", "kis", "yahoo-profile", *address,
                    "--yahoo-rate", 900, "--retry-delay", 0, *arguments,
                )  # fmt: skip
        return outcome, server

    return night


def _connect_to(port: int, patch: pytest.MonkeyPatch) -> None:
    """Yahoo's names and the port of HTTPS lead to this machine."""
    begin = CurlTransport.__init__
    names = [f"{name}:{port}:127.0.0.1" for name in HOSTS]

    def begin_here(self: CurlTransport) -> None:
        begin(self)
        self.session.curl_options = {CurlOpt.RESOLVE: names, CurlOpt.PORT: port}

    patch.setattr(CurlTransport, "__init__", begin_here)
