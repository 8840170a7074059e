"""The table of what a hostile Yahoo does. Add a row, and it is tried on both HTTP stacks."""

from __future__ import annotations

import gzip
from typing import NamedTuple

from tests.system.attacks.moves import (
    Move,
    endless,
    hang_up,
    pack,
    raw,
    redirect,
    say,
    say_json,
    silence,
    slowly,
)  # fmt: skip

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
JSON = {"Content_Type": "application/json"}
ALL, CRUMB, ONE = "quoteSummary", "getcrumb", "quoteSummary/{one}?"
"""Which requests are attacked: those with this in their target. `{one}` is one known symbol."""


class Attack(NamedTuple):
    """What the server does, and what must hold."""

    name: str
    where: str
    move: Move
    says: str = ""
    """A pattern of what the run says of it."""
    code: int = 1
    most: int = 42
    """Requests that reach the server at most."""
    seconds: float = 60
    """How long the run may take."""
    long: bool = False
    """Whether it waits for deadlines, so that it is tried by `tox -e attacks` alone."""


def profile(**words: object) -> Move:
    return say_json({"quoteSummary": {"result": [{"assetProfile": words}], "error": None}})


OUTAGES = (
    Attack("the crumb is a file", CRUMB, redirect("file:///proc/self/environ"), "redirect"),
    Attack("the crumb is a service of another port", CRUMB, redirect("dict://127.0.0.1:{port}/x")),
    Attack("the crumb is a page", CRUMB, say(200, b"<html>" + b"x" * 5_000)),
    Attack("the crumb has lines", CRUMB, say(200, b"a\r\nCookie: b\r\n\r\n")),
    Attack("unauthorized", ALL, say(401), "401"),
    Attack("payment required", ALL, say(402), "402"),
    Attack("forbidden", ALL, say(403), "403"),
    Attack("bad request", ALL, say(400), "400"),
    Attack("gone", ALL, say(410), "410"),
    Attack("a teapot", ALL, say(418), "418"),
    Attack("a status beyond all", ALL, say(999)),
    Attack("no content", ALL, say(204)),
    Attack("not modified, unasked", ALL, say(304)),
    Attack("an error of the server", ALL, say(500), "500"),
    Attack("too many requests", ALL, say(429), "429"),
    Attack("too many requests, for an hour", ALL, say(429, Retry_After="3600"), "left alone", most=6),
    Attack("too many requests, until a date", ALL,
           say(429, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), "left alone", most=6),
    Attack("too many requests, for ever", ALL, say(429, Retry_After="9" * 400), "left alone", most=6),
    Attack("too many requests, until a nonsense", ALL, say(429, Retry_After="1e999"), "429"),
    Attack("consent", ALL, redirect("https://consent.yahoo.com/v2/collectConsent?x=1")),
    Attack("redirect to another host", ALL, redirect("https://other.example/x"), "redirect"),
    Attack("redirect to the cloud's own data", ALL, redirect("http://169.254.169.254/latest")),
    Attack("redirect to a lower scheme", ALL, redirect("http://query1.finance.yahoo.com/x")),
    Attack("redirect to itself", ALL, redirect("?again"), "redirect"),
    Attack("redirect without a place", ALL, say(302)),
    Attack("redirect to nonsense", ALL, redirect("https://[::1")),
    Attack("a web page", ALL, say(200, b"<!DOCTYPE html><html></html>", Content_Type="text/html")),
    Attack("nothing", ALL, say(200, b"", **JSON)),
    Attack("null", ALL, say(200, b"null", **JSON)),
    Attack("another document", ALL, say_json({"finance": {"result": [], "error": None}})),
    Attack("no HTTP", ALL, raw(b"SSH-2.0-OpenSSH_9.9\r\n")),
    Attack("hangs up", ALL, hang_up),
    Attack("headers without end", ALL, raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)),
    Attack("a header of a megabyte", ALL, raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n")),
    Attack("chunks of nonsense", ALL,
           raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")),
    Attack("a body that is cut", ALL, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{}")),
    Attack("a negative length", ALL, raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}")),
    Attack("two lengths", ALL, raw(OK + b"Content-Length: 2\r\nContent-Length: 900\r\n\r\n{}")),
    Attack("a length of thirty digits", ALL, raw(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}")),
    Attack("a length that is none", ALL, raw(OK + b"Content-Length: many\r\n\r\n")),
    Attack("a chunk of 16 digits", ALL, raw(CHUNKED + b"7fffffffffffffff\r\n{}")),
    Attack("a chunk of 40 digits", ALL, raw(CHUNKED + b"f" * 40 + b"\r\n{}")),
    Attack("a negative chunk", ALL, raw(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n")),
    Attack("a name of a chunk without end", ALL, raw(CHUNKED + b"2;" + b"x" * 3_000_000 + b"\r\n{}\r\n")),
    Attack("trailers without end", ALL, raw(CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 200_000)),
    Attack("packed a hundred times", ALL, say(200, b"{}", Content_Encoding="gzip, " * 100 + "gzip")),
    Attack("packed as it is not", ALL, say(200, b"{}", Content_Encoding="gzip")),
    Attack("packed in a way that nobody knows", ALL, say(200, b"\x00{}", Content_Encoding="rot13")),
    Attack("packed and cut", ALL, say(200, gzip.compress(b"{}" * 900)[:30], Content_Encoding="gzip")),
    Attack("a first line without end", ALL, raw(b"HTTP/1.1 200 " + b"x" * 2_000_000 + b"\r\n\r\n{}")),
    Attack("a first line without a status", ALL, raw(b"HTTP/1.1 OK\r\n\r\n{}")),
    Attack("a version that nobody knows", ALL, raw(b"HTTP/9.9 200 OK\r\n\r\n{}")),
    Attack("no head at all", ALL, raw(b"{}" * 900)),
    Attack("another protocol", ALL, raw(b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n\x81\x05hello")),
    Attack("headers of any bytes", ALL, raw(OK + bytes(range(14, 256)) + b": \xff\x00\r\n: y\r\nz\r\n\r\n{}")),
    Attack("a charset of nonsense", ALL, say(200, b"\xff{}", Content_Type="text/x; charset=\xff\x01; q=\"")),
    Attack("a redirect to any bytes", ALL, raw(b"HTTP/1.1 302 X\r\nLocation: /\xff\x00\xfe?\x80\r\n\r\n")),
    Attack("a redirect with two places", ALL,
           raw(b"HTTP/1.1 302 X\r\nLocation: /x\r\nLocation: https://other.example/\r\n\r\n")),
    Attack("a redirect to a place without end", ALL, redirect("/" + "x" * 60_000)),
    Attack("a redirect with a name and a password", ALL,
           redirect("https://user:word@query1.finance.yahoo.com@other.example/")),
    Attack("a redirect to a port that is none", ALL, redirect("https://query1.finance.yahoo.com:99999/")),
    Attack("a redirect to another alphabet", ALL, redirect("https://qu\xe9ry1.finance.yahoo.com/")),
    Attack("many choices", ALL, say(300, b"{}", **JSON)),
    Attack("ask a proxy", ALL, say(305, Location="http://127.0.0.1:9/")),
    Attack("a proxy's word", ALL, say(407, Proxy_Authenticate="Basic")),
    Attack("two megabytes of junk", ALL, say(200, b"\xff\x00junk" * 350_000)),
    Attack("silence", ALL, silence, seconds=170, long=True),
    Attack("a byte a second", ALL, slowly(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500), seconds=170, long=True),
    Attack("only the crumb drips", CRUMB, slowly(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500), seconds=170,
           long=True),
    Attack("continues for ever", ALL, endless(b"HTTP/1.1 100 Continue\r\n\r\n"), seconds=170, long=True),
)  # fmt: skip
"""Nothing may be concluded, and no request is made beyond the bounds."""

POISONS = (
    Attack("nested deeply", ONE, say(200, b"[" * 100_000 + b"]" * 100_000, **JSON)),
    Attack("an end that is missing", ONE, say(200, b'{"quoteSummary": {"result": [{', **JSON)),
    Attack("numbers for words", ONE, profile(sector=7, industry=1e308)),
    Attack("objects for words", ONE, profile(sector={"a": 1}, industry=["b"])),
    Attack("a bomb", ONE, pack(50_000_000), "larger than"),
    Attack("a body without end", ONE, endless(b"x" * 65_536), "larger than"),
    Attack("many values", ONE, say(200, b"[" + b"0," * 400_000 + b"0]", **JSON), "values"),
    Attack("a number without end and rubbish", ONE, say(200, b"9" * 5_000 + b"x", **JSON)),
    Attack("every key twice", ONE, say(200, b'{"quoteSummary": 1, ' * 900 + b'"a": 1' + b"}" * 900, **JSON)),
    Attack("a list for an object", ONE, say_json({"quoteSummary": {"result": [[[]]], "error": None}})),
    Attack("a word of megabytes", ONE, profile(sector="x" * 7_000_000, industry=[])),
    Attack("cookies without end", ONE,
           raw(OK + b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"x" * 3_000) for n in range(90)) + b"\r\n[]")),
    Attack("another encoding", ONE, say(200, '{"quoteSummary": null}'.encode("utf-16"), **JSON)),
)  # fmt: skip
"""One answer is unreadable: those to all other questions are stored, and it comes back later."""

WORDS = (
    Attack("a lone surrogate", ONE, profile(sector="\ud800", industry="\udfff"), code=0),
    Attack("what terminals obey", ONE, profile(sector="\x1b]0;t\x07", industry="\x1b[2J"), code=0),
    Attack("NUL", ONE, profile(sector="Energy\x00", industry="\x00"), code=0),
    Attack("right to left", ONE, profile(sector="\u202eygrenE", industry="\u2066x"), code=0),
    Attack("a formula", ONE, profile(sector="=1+1", industry='=HYPERLINK("http://x")'), code=0),
    Attack("SQL", ONE, profile(sector="'; DROP TABLE tickers; --", industry="\\'"), code=0),
)
"""One answer has words that nobody would write who means well: they are made harmless."""
