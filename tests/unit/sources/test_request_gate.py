"""The request gate against a hostile server, over real sockets, on both HTTP stacks."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from curl_cffi import CurlOpt

from spock_core.domain.errors import ProviderError, TransientError
from spock_core.domain.events import RequestMade
from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.cookies import MOST_COOKIES, BoundedCookieJar
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.session import MAX_REDIRECTS, GatedSession
from spock_core.sources.http.transport import Limits, PlainTransport, Transport
from spock_core.sources.yahoo.client import Yahoo
from spock_core.sources.yahoo.curl_transport import CurlTransport
from tests.support.hostile import Hostile, drip, hostile, reply
from tests.support.tls import certificate
from tests.support.yahoo import yahoo_gate

STACKS: dict[str, Callable[[], Transport]] = {"requests": PlainTransport, "curl": CurlTransport}
MAX_BYTES = 100_000
NAMES = ("fc.yahoo.com", "query1.finance.yahoo.com", "query2.finance.yahoo.com", "other.example")

Ask = Callable[..., Any]


@pytest.fixture
def events() -> list[RequestMade]:
    return []


@pytest.fixture(params=STACKS)
def session_to(request: pytest.FixtureRequest, events: list[RequestMade]):
    """Opens a session whose provider states these addresses."""

    @contextmanager
    def opened(*stated: str, seconds: float = 20.0) -> Iterator[GatedSession]:
        gate = RequestGate(
            provider="test",
            addresses=Addresses(stated),
            limits=Limits(seconds, MAX_BYTES),
            limiter=AdaptiveRateLimiter(1000),
            breaker=CircuitBreaker("test"),
            notify=events.append,
            pause_s=0,
        )
        with GatedSession(gate, STACKS[request.param]()) as session:
            yield session

    return opened


def redirecting(location: str) -> Callable[[Hostile, socket.socket, str], None]:
    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        target = location.format(port=server.port)
        connection.sendall(reply(302, Location=target))

    return answer


@pytest.mark.parametrize(
    "location",
    [
        "file:///proc/self/environ",
        "FILE:///etc/passwd",
        "dict://127.0.0.1:{port}/x",
        "ftp://127.0.0.1:{port}/x",
        "gopher://127.0.0.1:{port}/x",
        "data:text/plain,x",
        "http://localhost:{port}/x",
        "http://169.254.169.254/latest/meta-data",
        "//10.0.0.1/x",
        "http://127.0.0.1:1/x",
        "https://127.0.0.1:1@other.example/x",
        "http://[::1]:{port}/",
        "http://exa..mple/",
        "\xff\xfe://",
    ],
)
def test_a_redirect_to_what_the_provider_does_not_state_is_not_followed(
    session_to, events, location
):
    with hostile(redirecting(location)) as server, session_to(server.url) as session:
        with pytest.raises(TransientError, match="redirect"):
            session.get(f"{server.url}/a")
        assert len(server.seen) == len(events) == 1


def test_redirects_on_stated_addresses_are_followed_and_each_is_a_request(session_to, events):
    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        where = "/b" if " /a?" in line else f"{server.url}/c" if " /b" in line else None
        connection.sendall(reply(302, Location=where) if where else reply(200, b"yes"))

    with hostile(answer) as server, session_to(server.url) as session:
        assert session.get(f"{server.url}/a", params={"crumb": "secret"}).content == b"yes"
        assert [event.outcome for event in events] == ["http_302", "http_302", "ok"]
        assert "secret" in server.seen[0]
        assert "secret" not in server.seen[1] + server.seen[2]


def test_headers_of_a_request_are_for_its_own_host_alone(session_to):
    """Conditions of a list go where its provider keeps it; a contact or a key does not."""
    private = {"User-Agent": "Ann ann@example.com", "X-Key": "sesame", "If-None-Match": "v1"}

    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        where = {"/a": "/b", "/b": f"http://localhost:{server.port}/c"}.get(line.split()[1])
        connection.sendall(reply(302, Location=where) if where else reply(200, b"yes"))

    with (
        hostile(answer) as server,
        session_to(server.url, f"http://localhost:{server.port}") as session,
    ):
        assert session.get(f"{server.url}/a", headers=private).content == b"yes"
        first, same_host, other_host = server.seen
    for seen in (first, same_host):
        assert "ann@example.com" in seen
        assert "sesame" in seen
    assert "ann@" not in other_host
    assert "sesame" not in other_host
    assert "if-none-match: v1" in other_host.lower()


def test_a_loop_of_redirects_ends(session_to, events):
    with hostile(redirecting("/again")) as server, session_to(server.url) as session:
        with pytest.raises(TransientError, match="more than 5 redirects"):
            session.get(f"{server.url}/a")
        assert len(server.seen) == len(events) == MAX_REDIRECTS + 1


def test_an_address_that_was_never_stated_is_not_asked(session_to, events):
    with (
        hostile(lambda *_: None) as server,
        session_to("https://example.com") as session,
        pytest.raises(ProviderError, match="not an address of test"),
    ):
        session.get(f"{server.url}/a")
    assert not server.seen
    assert not events


def drip_body(server: Hostile, connection: socket.socket, line: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    drip(server, connection, b"x" * 5000, 0.05)


def drip_headers(server: Hostile, connection: socket.socket, line: str) -> None:
    drip(server, connection, b"HTTP/1.1 200 OK\r\nX-Pad: " + b"x" * 5000, 0.05)


def drip_chunks(server: Hostile, connection: socket.socket, line: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    drip(server, connection, b"1\r\nx\r\n" * 1000, 0.05)


def say_nothing(server: Hostile, connection: socket.socket, line: str) -> None:
    server.over.wait(60)


@pytest.mark.parametrize("answer", [drip_body, drip_headers, drip_chunks, say_nothing])
def test_a_deadline_holds_whatever_drips(session_to, events, answer):
    started = time.monotonic()
    with hostile(answer) as server, session_to(server.url, seconds=0.5) as session:
        with pytest.raises(TransientError, match=r"within|in time"):
            session.get(f"{server.url}/a")
        assert time.monotonic() - started < 20
    assert [event.outcome for event in events] == ["timeout"]


def without_length(server: Hostile, connection: socket.socket, line: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1_000):
        connection.sendall(b"x" * 65536)


def bomb(server: Hostile, connection: socket.socket, line: str) -> None:
    body = gzip.compress(bytes(50_000_000))
    connection.sendall(reply(200, body, Content_Encoding="gzip"))


@pytest.mark.parametrize("answer", [without_length, bomb])
def test_a_body_is_bounded_while_it_comes(session_to, events, answer):
    with hostile(answer) as server, session_to(server.url) as session:
        with pytest.raises(ProviderError, match="larger than 100,000 bytes") as caught:
            session.get(f"{server.url}/a")
        assert not isinstance(caught.value, TransientError)
    assert [event.outcome for event in events] == ["too_large"]


def test_what_cannot_be_unpacked_is_an_outage(session_to, events):
    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        connection.sendall(reply(200, b"no gzip at all", Content_Encoding="gzip"))

    with (
        hostile(answer) as server,
        session_to(server.url) as session,
        pytest.raises(TransientError, match="unpacked"),
    ):
        session.get(f"{server.url}/a")
    assert [event.outcome for event in events] == ["unreadable"]


def setting(cookies: Callable[[int], list[str]]) -> Callable[[Hostile, socket.socket, str], None]:
    """Answers request number N with what `cookies(N)` returns, from 0 on."""

    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        lines = [f"Set-Cookie: {one}\r\n" for one in cookies(len(server.seen) - 1)]
        head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + "".join(lines) + "\r\n"
        connection.sendall(head.encode() + b"{}")

    return answer


def cookies_of(request: str) -> dict[str, str]:
    """The cookies that a request carries."""
    lines = [line for line in request.splitlines() if line.lower().startswith("cookie:")]
    pairs = [pair.partition("=") for line in lines for pair in line[7:].split(";")]
    return {name.strip(): value for name, _, value in pairs}


def test_cookies_of_a_session_are_bounded_and_the_first_ones_kept(session_to):
    def cookies(number: int) -> list[str]:
        return [f"first={number}", *(f"c{number}-{n}={'x' * 100}" for n in range(30))]

    with hostile(setting(cookies)) as server, session_to(server.url) as session:
        for _ in range(12):
            session.get(server.url)
        assert [len(cookies_of(one)) for one in server.seen[:3]] == [0, 31, 50]
        last = cookies_of(server.seen[-1])
        assert len(last) == 50
        assert last["first"] == "10"  # set again, it has the place that it had
        assert "c0-29" in last
        assert max(map(len, server.seen)) < 10_000


@pytest.mark.parametrize(("many", "kept"), [
    (["big=" + "x" * 30_000], 0),
    ([f"c{n}={'x' * 1_000}" for n in range(40)], 7),
    ([f"c{n}=x" for n in range(80)], 49),
])  # fmt: skip
def test_of_an_answer_that_sets_more_than_a_session_may_have_the_first_are_kept(
    session_to, many, kept
):
    with (
        hostile(setting(lambda number: ["good=1"] if number == 0 else many)) as server,
        session_to(server.url) as session,
    ):
        for _ in range(3):
            assert session.get(server.url).content == b"{}"
        names = [set(cookies_of(one)) for one in server.seen]
        assert names == [set(), {"good"}, {"good", *(f"c{n}" for n in range(kept))}]


@pytest.mark.parametrize(
    "spoilt", ["c=\x01", "c=a\x0bb", "\x7f=1", "c=1; Max-Age", "c=1;max-age ;Path=/"]
)
def test_a_cookie_that_would_spoil_further_requests_is_not_kept(
    session_to, spoilt, recwarn: pytest.WarningsRecorder
):
    with (
        hostile(setting(lambda number: [spoilt, "good=1"])) as server,
        session_to(server.url) as session,
    ):
        for _ in range(2):
            assert session.get(server.url).content == b"{}"
        assert cookies_of(server.seen[1]) == {"good": "1"}
    assert not [one for one in recwarn if "cookiejar" in str(one.message)]


@pytest.mark.parametrize("kind", ["text", "pipe"])
def test_credentials_of_the_user_for_other_programs_go_to_no_provider(
    session_to, kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(netrc))
    if kind == "pipe":
        os.mkfifo(netrc)
    else:
        netrc.write_text("default login ann password sesame\n")
        netrc.chmod(0o600)

    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        here = f"http://localhost:{server.port}/b"
        connection.sendall(reply(302, Location=here) if "/a" in line else reply(200))

    with (
        hostile(answer) as server,
        session_to(server.url, f"http://localhost:{server.port}") as session,
    ):
        session.get(f"{server.url}/a")
        assert "authorization" not in "".join(server.seen).lower()
        session.get(f"http://ann:sesame@127.0.0.1:{server.port}/c")
        assert "authorization: basic" in server.seen[-1].lower()


def test_cookies_that_have_expired_make_room_for_others(noon):
    jar = BoundedCookieJar()
    for n in range(MOST_COOKIES):
        jar.set(f"old{n}", "1", expires=time.time() + 60)
    jar.set("late", "1")
    assert "late" not in jar
    noon.shift(61)
    jar.set("new", "1")
    assert jar.keys() == ["new"]


def test_cookies_may_be_set_while_others_are_read():
    jar = BoundedCookieJar()
    jar.set("a", "1")
    jar.set("b", "2")
    read = iter(jar)
    assert next(read).name == "a"
    jar.set("c", "3")
    assert [cookie.name for cookie in read] == ["b"]


@pytest.mark.parametrize(
    ("stated", "url", "allowed"),
    [
        ("https://*.yahoo.com", "https://query1.finance.yahoo.com/v1", True),
        ("https://*.yahoo.com", "https://yahoo.com/", False),
        ("https://*.yahoo.com", "https://evilyahoo.com/", False),
        ("https://*.yahoo.com", "https://yahoo.com.evil.example/", False),
        ("https://*.yahoo.com", "https://fc.yahoo.com:8443/", False),
        ("https://*.yahoo.com", "http://fc.yahoo.com/", False),
        ("https://*.yahoo.com", "https://fc.yahoo.com@evil.example/", False),
        ("https://*.yahoo.com", "https://evil.example/?x=.yahoo.com", False),
        ("http://host/master", "https://HOST/other", True),
        ("https://host/master", "http://host/master", False),
        ("http://host:8080", "https://host:8080/", False),
        ("http://[::1]:80/", "http://[::1]/x", True),
        ("/a/folder", "file:///a/folder", False),
    ],
)
def test_an_address_is_scheme_host_and_port(stated, url, allowed):
    assert Addresses([stated]).allow(url) == allowed


@contextmanager
def on_the_port_of_https(answer, context: ssl.SSLContext) -> Iterator[Hostile]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(hostile(answer, 443, context))
        except OSError as error:
            pytest.skip(f"the port of HTTPS is not to be had: {error}")
        yield server


def test_the_crumb_goes_to_no_other_host_under_yahoos_own_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        if "getcrumb" in line:
            connection.sendall(reply(200, b"a.crumb"))
        elif "screener" in line:
            connection.sendall(reply(302, Location="https://other.example/v1/x"))
        else:
            cookie = "A3=secret; Domain=.yahoo.com; Path=/; Max-Age=31536000"
            connection.sendall(reply(404, Set_Cookie=cookie))

    context = certificate(tmp_path, monkeypatch)
    gate = yahoo_gate(None, rate=500, pause_s=0, notify=lambda _: None)
    with on_the_port_of_https(answer, context) as server, Yahoo(gate) as yahoo:
        adapter: Any = yahoo._session.get_adapter("https://fc.yahoo.com/")
        names = [f"{name}:443:127.0.0.1" for name in NAMES]
        adapter._transport.session.curl_options = {CurlOpt.RESOLVE: names}
        with pytest.raises(TransientError, match=r"other\.example.* not an address of yahoo"):
            yahoo.screen("Gold", ("NMS",), 0)
        assert len(server.seen) == 3
        assert "A3=secret" in server.seen[2]
