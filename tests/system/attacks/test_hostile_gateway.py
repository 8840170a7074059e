"""Whatever stands where a Pushgateway should be, a run is stored, ends soon, and says so in one line."""

from __future__ import annotations

import pytest

from tests.conftest import Spock
from tests.support.hostile import drip, hostile
from tests.system.attacks.moves import raw, redirect

DRIPS = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9_000
GATEWAYS = {
    "another protocol": (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), "its answer is not HTTP"),
    "a first line without end": (raw(b"HTTP/1.1 200 " + b"x" * 70_000), "its answer is not HTTP"),
    "headers without end": (
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300), "its answer is not HTTP",
    ),
    "a redirect to a file": (redirect("file:///etc/passwd"), "is not allowed"),
    "an escape": (raw(b"HTTP/1.1 500 \x1b[2J\r\nContent-Length: 0\r\n\r\n"), "[2J"),
    "a byte now and then": (
        lambda server, connection, line: drip(server, connection, DRIPS, 0.05),
        "no complete answer within 0.5 s",
    ),
}  # fmt: skip


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_hostile_pushgateway_fails_no_run_and_holds_none_up(
    gateway, enrich: Spock, monkeypatch: pytest.MonkeyPatch
):
    move, words = GATEWAYS[gateway]
    if "now and then" in gateway:
        monkeypatch.setattr("spock_core.reporting.metrics_export.PUSH_TIMEOUT_S", 0.5)
    with hostile(move) as server:
        outcome = enrich("--regions", "VN", "--pushgateway-url", server.url)
        assert len(server.seen) == 1
    assert outcome.code == 0, outcome.err
    [line] = [line for line in outcome.err.splitlines() if "could not be pushed" in line]
    assert words in line
    assert line.isprintable()
