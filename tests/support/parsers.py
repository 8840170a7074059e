"""The table of all parsers of outside data, and what holds for each of them.

Whatever comes in, a parser gives a value or raises an error that it states, of one line, in bounded
time. A parser that is new gets a row here: hypothesis and the fuzzer try it then.
"""

from __future__ import annotations

import io
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import requests
from hypothesis import strategies as st
from requests.cookies import extract_cookies_to_jar, get_cookie_header
from urllib3 import HTTPHeaderDict

from spock_core.classification.company_names import company, issuer_text, local_company
from spock_core.classification.periods.local_names import local_likeness
from spock_core.classification.periods.name_likeness import likeness
from spock_core.domain import Exchange
from spock_core.domain.errors import ListError, ProviderError, SpockError, UsageError
from spock_core.domain.identifiers import SCHEMES, identifier
from spock_core.domain.tables import DelimitedText, JsonRecords, TableFile, TableFormat
from spock_core.domain.text import read_amount, redact_url, sanitize
from spock_core.reading.audit.official_file import read_official
from spock_core.reading.choices import moment
from spock_core.sandbox.kis_files import pack
from spock_core.settings.model import load_settings
from spock_core.settings.user_files import read_csv
from spock_core.sources.csv_lists import line as csv_line
from spock_core.sources.documents import parse_json, plain
from spock_core.sources.http.addresses import Addresses, origin_of
from spock_core.sources.http.body import Body
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.cookies import MOST_COOKIE_BYTES, BoundedCookieJar
from spock_core.sources.http.download import local_path
from spock_core.sources.http.gate import RequestGate, http_date, retry_after_s
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.session import GatedSession
from spock_core.sources.http.transport import Limits
from spock_core.sources.kis import line as kis_line
from spock_core.sources.kis.api_client import read_envelope
from spock_core.sources.kis.archive import lines_of
from spock_core.sources.kis.token import read_token
from spock_core.sources.lines import LineError
from spock_core.sources.override.file import read_overrides
from spock_core.sources.tables.readers import read_table
from spock_core.sources.yahoo.answers import (
    read_error,
    read_profile,
    read_quotes,
    read_screen_document,
)
from spock_core.sources.yahoo.judge import YahooJudge

LONGEST_S = 5.0
"""Of a processor, for one input of a few kilobytes."""
LIST = Exchange("XTST", "Test Exchange", "JPY", kis_code="TST")
COLUMNS = ("ticker", "name", "currency", "asset_type", "lot_size", "yahoo_symbol")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
URL = "https://query1.finance.yahoo.com/v1/finance/screener"
MEMBER = "XYZMST.COD"


class Parser(NamedTuple):
    """How outside data is read."""

    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    """What it may raise."""
    seeds: tuple[bytes, ...] = ()
    """What it reads well, from which a fuzzer begins."""
    of_json: bool = False
    """Whether it reads JSON documents, of which most bytes are none."""


def check(parser: Parser, content: bytes) -> None:
    """Asserts what holds for each parser."""
    started = time.process_time()
    try:
        parser.read(content)
    except parser.errors as error:
        assert "\n" not in str(error)
        assert not isinstance(error, UsageError) or str(error).isprintable()
    assert time.process_time() - started < LONGEST_S


KEYS = st.sampled_from([
    "finance", "result", "error", "quotes", "total", "symbol", "quoteSummary", "assetProfile",
    "sector", "quoteResponse", "quoteType", "code", "rt_cd", "msg_cd", "msg1", "output", "x",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)

WORDS = st.sampled_from([
    "SPOCK_REGIONS", "regions", "SPOCK_MAX_WORKERS", "max-workers", "override", "region", "ticker",
    "field", "value", "reason", "sector", "access_token", "expires_at", "US", "AAPL", "45",
    "2026-11-26T12:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 5_000, "1e999", "-0", "nan", "true",
    "=", " = ", ",", ":", ".", "\n", "\r", "[", "]", "[[", "]]", "{", "}", "${", "${A}", "A", "'",
    '"', "\'\'\'", "\\", "#", "export ", "\x00", "\x1b", "\ufeff", "\ud800",
])  # fmt: skip
PIECES = st.lists(WORDS, max_size=30).map(
    lambda words: "".join(words).encode("utf-8", "surrogatepass")
)
CONTENT = (
    st.binary(max_size=200)
    | PIECES
    | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace"))
)


def text_of(content: bytes) -> str:
    """Any text, lone surrogates among it, as JSON has them."""
    return content.decode("utf-8", "surrogateescape")


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Reads a file of this name in the working folder."""

    def written(content: bytes) -> object:
        Path(name).write_bytes(content)
        return read(Path(name))

    return written


def _archive(content: bytes) -> object:
    with tempfile.TemporaryFile() as file:  # which refuses some places that memory does not
        file.write(content)
        return list(lines_of(file, "xyzmst.cod.zip", MEMBER))


def _table(kind: TableFormat) -> Callable[[bytes], object]:
    return lambda content: read_table(io.BytesIO(content), "t", TableFile("t", "", kind, ("A",)))


def _headers(content: bytes) -> HTTPHeaderDict:
    """The headers that both HTTP stacks would make of these lines."""
    headers = HTTPHeaderDict()
    for line in content.decode("latin-1").split("\n"):
        name, _, value = line.partition(":")
        headers.add(name.strip() or "X", value.strip())
    return headers


def _cookies(content: bytes) -> None:
    """Cookies are taken from an answer, and sent again with the next request."""
    jar = BoundedCookieJar()
    request = requests.Request("GET", URL).prepare()
    for line in content.split(b"\n\n"):
        answer = Body(10).response(request, 200, _headers(line.replace(b"\n", b"\nSet-Cookie:")))
        extract_cookies_to_jar(jar, request, answer.raw)  # type: ignore[no-untyped-call]
    sent = get_cookie_header(jar, requests.Request("GET", URL).prepare())  # type: ignore[no-untyped-call]
    assert len(sent or "") <= MOST_COOKIE_BYTES


class _Scripted:
    """A transport whose answers are parts of a text."""

    def __init__(self, content: bytes) -> None:
        self._parts = content.split(b"\xff\xff") * 8

    def send(self, request: requests.PreparedRequest, limits: Limits, **options: Any) -> Any:
        part = self._parts.pop(0)
        head, _, said = part[1:].partition(b"\n\n")
        body = Body(limits.max_bytes)
        body.add(said)
        status = (200, 200, 302, 301, 304, 404, 429, 503, 999)[part[0] % 9 if part else 0]
        return body.response(request, status, _headers(head))

    def close(self) -> None:
        """Nothing is open."""


def _answer(content: bytes) -> None:
    """An HTTP answer, or several that redirect, through session, gate and judge."""
    gate = RequestGate(
        provider="yahoo",
        addresses=Addresses(["https://*.finance.yahoo.com"]),
        limits=Limits(1.0, 100_000),
        limiter=AdaptiveRateLimiter(1e6),
        breaker=CircuitBreaker("yahoo"),
        notify=lambda _: None,
        pause_s=0,
        judge=YahooJudge(),
    )
    with GatedSession(gate, _Scripted(content)) as session:
        answer = session.get(URL)
        answer.text  # noqa: B018  its encoding is named by a header
        answer.json()


def _seconds(content: bytes) -> None:
    for text in text_of(content), content.decode("latin-1"):
        seconds = retry_after_s(text)
        assert seconds is None or isfinite(seconds)
        http_date(text)


def _words(content: bytes) -> None:
    text = text_of(content)
    line = sanitize(text)
    assert line.isprintable()
    read_amount(line)
    redact_url(line)
    origin_of(line)
    Addresses([line]).allow(text)
    for scheme in SCHEMES:
        identifier(scheme, line)


def _names(content: bytes) -> None:
    first, _, second = sanitize(text_of(content), 400).partition("|")
    for name in first, second:
        company(name)
        issuer_text(name)
        local_company(name)
    likeness(first[:200], second[:200])
    local_likeness(first[:200], second[:200])


def _document(read: Callable[[Any], object], *seeds: object) -> Parser:
    dumped = tuple(json.dumps(seed).encode() for seed in seeds)
    return Parser(lambda raw: read(parse_json(raw)), (ProviderError,), dumped, of_json=True)


_CODE_LINE = b"JP\t0\tTST\tTest\t7203\tTST7203\tToyota\tTOYOTA\t2\tx\tJPY" + b"\t1" * 13
_SCREEN = {"finance": {"result": [{"total": 1, "quotes": [{"symbol": "A"}]}]}}
_ANSWER = b"Content-Type: application/json\n\n" + json.dumps(_SCREEN).encode()

PARSERS: dict[str, Parser] = {
    "JSON": Parser(parse_json, (ProviderError,), (b'{"a": [1, 1e9, "x", null]}',), of_json=True),
    "JSON of a plugin": _document(plain, {"a": ["x\x1b", 1]}),
    "screen": _document(read_screen_document, _SCREEN),
    "quotes": _document(read_quotes, {"quoteResponse": {"result": [{"symbol": "A", "quoteType": "EQUITY"}]}}),
    "profile": _document(lambda found: read_profile(found, "X"), {"quoteSummary": {"result": [{"assetProfile": {"sector": "Energy"}}]}}),
    "error": _document(read_error, {"finance": {"error": {"code": "Unauthorized"}}}),
    "envelope of KIS": _document(read_envelope, {"rt_cd": "0", "msg1": "x", "output": {"a": "b"}}),
    "an HTTP answer": Parser(_answer, (SpockError,), (b"\x00" + _ANSWER, b"\x02Location: /v1/finance/screener?y\n\n\xff\xff\x00" + _ANSWER)),
    "cookies": Parser(_cookies, (), (b"\na=b; Domain=.yahoo.com; Path=/; Max-Age=9; Expires=Fri, 31 Dec 2027 23:59:59 GMT", b"\nc=\"d\"; Version=1")),
    "Retry-After": Parser(_seconds, (), (b"120", b"Fri, 31 Dec 2027 23:59:59 GMT")),
    "a line of KIS": Parser(lambda raw: kis_line.read_line(raw, "JP", LIST), (LineError,), (_CODE_LINE,)),
    "an archive of KIS": Parser(_archive, (ListError,), (pack(MEMBER, b"a\r\nb\r\n"),)),
    "header of a CSV list": Parser(lambda raw: csv_line.read_header(raw, "list"), (ListError,), (b"ticker,name",)),
    "line of a CSV list": Parser(lambda raw: csv_line.read_line(raw, COLUMNS, "JP", LIST), (LineError,), (b"7203,Toyota,JPY,stock,100,7203.T",)),
    "a table of text": Parser(_table(DelimitedText(",")), (ListError,), (b'A,B\n1,"2\n3"\n',)),
    "a table of text with tabs": Parser(_table(DelimitedText("\t", "utf-16")), (ListError,), ("A\tB\n1\t2\n".encode("utf-16"),)),
    "a table of JSON": Parser(_table(JsonRecords(("d",))), (ListError,), (b'{"d": [{"A": 1, "B": null}]}',), of_json=True),
    "a table of JSON with headings": Parser(_table(JsonRecords(("d",), ("h",))), (ListError,), (b'{"h": ["A"], "d": [["x"]]}',), of_json=True),
    "a user's CSV": Parser(lambda raw: read_csv(raw.decode("latin-1"), "file"), (UsageError,), (b"a,b\n1,2\n",)),
    "overrides in TOML": Parser(_file("overrides.toml", read_overrides), (UsageError,), (b'[[override]]\nregion = "US"\nticker = "A"\nfield = "sector"\nvalue = "45"\nreason = "x"\n',)),
    "overrides in CSV": Parser(_file("overrides.csv", read_overrides), (UsageError,), (b"region,ticker,field,value,reason\nUS,A,sector,45,x\n",)),
    "variables": Parser(_file(".env", lambda path: load_settings({})), (UsageError,), (b"SPOCK_REGIONS=US JP\nexport A='x'\n",)),
    "settings": Parser(_file("spock.toml", lambda path: load_settings({})), (UsageError,), (b'regions = ["US"]\nmax_workers = 3\n',)),
    "official sectors": Parser(_file("official.csv", read_official), (UsageError,), (b"region,ticker,sector\nUS,A,45\n",)),
    "a token": Parser(_file("token.json", read_token), (), (b'{"access_token": "x", "expires_at": "2026-11-26T12:00:00Z"}',)),
    "an address": Parser(lambda raw: local_path(text_of(raw)), (ListError,), (b"file:///a", b"https://x/y")),
    "a moment": Parser(lambda raw: moment(text_of(raw), NOW), (UsageError,), (b"2026-11-25T01:02:03+09:00", b"36h")),
    "words": Parser(_words, (), (b"US0378331005", b"BBG000B9XRY4", b"HKD 1,000.50", b"https://u:p@h/x?q")),
    "names": Parser(_names, (), (b"Apple Inc.|APPLE INC CLASS A", "\ud55c\uad6d\uc804\ub825|KEPCO".encode())),
}  # fmt: skip
