"""Keys, tokens and the contact for the SEC are in nothing that a person or another program reads."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from spock_core.sandbox.kis_api.site import KEY, SECRET
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.support.hostile import Hostile, hostile, reply
from tests.system.attacks.moves import Move, hang_up, raw, redirect, relay_to, say

CONTACT = "Ann Author ann@house.example"
PASSWORD = "pass-word-of-the-url"
Answer = Callable[[Hostile, str], bytes]


def echo(status: int = 200) -> Move:
    """Answers with all that it was asked with, in its head and its body."""

    def move(server: Hostile, connection, line: str) -> None:
        said = json.dumps(server.asked.head)
        body = json.dumps({"error_code": said, "msg_cd": said, "msg1": said, "rt_cd": said})
        connection.sendall(reply(status, body.encode(), Content_Type="application/json", X=said))

    return move


OTHERS = ("doctor", "doctor --json", "runs show last", "status")
LEAKS: dict[str, tuple[str, Move]] = {
    "a token that is refused": ("tokenP", echo(403)),
    "a token that is an echo": ("tokenP", echo()),
    "a token on several lines": ("tokenP", say(200, b'{"access_token": "a\\r\\nX: b", "expires_in": 9}')),
    "a token without end": ("tokenP", say(200, b'{"access_token": "a", "expires_in": 1' + b"0" * 50 + b"}")),
    "a token from elsewhere": ("tokenP", redirect("http://127.0.0.1:{port}/oauth2/other")),
    "a product that is refused": ("search-info", echo(403)),
    "a product that is an outage": ("search-info", echo(500)),
    "a product that is an echo": ("search-info", echo()),
    "a product from elsewhere": ("search-info", redirect("https://other.example/")),
    "a product that is no HTTP": ("search-info", raw(b"?")),
    "nothing at all": ("search-info", hang_up),
    "a contact that is refused": ("company_tickers", echo(403)),
    "a contact that is an echo": ("company_tickers", echo()),
    "a contact that is led away": ("company_tickers", redirect("https://other.example/")),
}  # fmt: skip
"""By name: requests with this in their target, and what a hostile server does with them."""


@pytest.mark.parametrize("leak", LEAKS)
def test_no_secret_is_shown_logged_counted_or_kept(
    leak, spock, small_sandbox: Sandbox, tmp_path: Path, monkeypatch
):
    where, move = LEAKS[leak]
    good = relay_to(small_sandbox.url)
    small_sandbox.kis_api.arrivals = deque(maxlen=10_000)

    def answer(server: Hostile, connection, line: str) -> None:
        (move if where in line else good)(server, connection, line)

    with hostile(answer) as server:
        for name, value in {
            "KIS_API_URL": server.url,
            "TABLES_URL": f"http://ann:{PASSWORD}@127.0.0.1:{server.port}/tables",
            "KIS_APP_KEY": KEY,
            "KIS_APP_SECRET": SECRET,
            "SEC_CONTACT": CONTACT,
            "CACHE_FOLDER": str(tmp_path / "cache"),
            "KIS_MASTER_URL": small_sandbox.kis_master_url,
            "REGIONS": "US",
            "SOURCES": "kis,kis-api,sec",
        }.items():
            monkeypatch.setenv(f"SPOCK_{name}", value)
        run = spock(
            "enrich", "--verbose", "--retry-delay", "0", "--kis-api-budget", 5, "--log-file", "run.log",
            "--report-file", "run.md", "--metrics-textfile", "run.prom",
        )  # fmt: skip
        others = {words: spock(*words.split()) for words in OTHERS}
    assert run.code in (0, 1)
    said = {name: one.out + one.err for name, one in {"run": run, **others}.items()}
    for name in ("run.log", "run.md", "run.prom", "spock.db"):
        said[name] = Path(name).read_bytes().decode("latin-1")
    secrets = KEY, SECRET, CONTACT, "ann@house", PASSWORD, *small_sandbox.kis_api.tokens
    shown = [(name, one) for name, text in said.items() for one in secrets if one in text]
    assert shown == []


def test_a_traceback_of_a_plugin_shows_no_secret(spock, bring, small_sandbox, monkeypatch):
    """Settings hide their secrets, wherever they are printed."""
    bring("spock-curious", """
        from spock_core import hookimpl

        @hookimpl
        def spock_run_started(event):
            raise ValueError("curious")

        @hookimpl
        def spock_listings(market, states, run):
            print(run.settings, repr(run.settings), run.settings.model_dump())
            raise ValueError(str(run.settings))
        """)  # fmt: skip
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", KEY)
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", SECRET)
    outcome: Outcome = spock(
        "enrich", "--verbose", "--regions", "VN", "--kis-master-url", small_sandbox.kis_master_url
    )
    assert "curious" in outcome.err
    assert SECRET not in outcome.out + outcome.err
    assert KEY not in outcome.out + outcome.err
