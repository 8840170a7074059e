"""The SEC is asked once the user has set a contact, and not before."""

from __future__ import annotations

import json
import socket

import pytest
from spock_us.sec import FILE, WITH_EXCHANGE

from tests.support.hostile import Hostile, hostile, reply


@pytest.fixture
def run(spock, sandbox):
    """A run of the US over KIS's lists and the SEC's table, both of the sandbox."""

    def do(*arguments):
        return spock(
            "enrich", "--json", "--regions", "US", "--sources", "kis", "sec",
            "--kis-master-url", sandbox.kis_master_url, "--tables-url", sandbox.tables_url,
            *arguments,
        )  # fmt: skip

    return do


def test_the_sec_is_asked_once_a_contact_is_set(run, sandbox, spock, monkeypatch):
    outcome = run()
    assert outcome.code == 0
    assert "US: sec is not asked: set SPOCK_SEC_CONTACT" in outcome.err
    assert sandbox.counters["tables"] == 0
    doctor = ("doctor", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url", sandbox.url)
    assert "source sec is not asked: set SPOCK_SEC_CONTACT" in " ".join(spock(*doctor).out.split())
    monkeypatch.setenv("SPOCK_SEC_CONTACT", "Ann Author ann@example.com")
    assert "source sec" not in spock(*doctor).out
    outcome = run()
    assert outcome.document["requests"]["sec"] == 1
    assert run().document["requests"]["sec"] == 1  # unchanged
    [(ticker, cik)] = spock.rows(
        "SELECT ticker, value FROM identifiers WHERE scheme = 'CIK' ORDER BY ticker LIMIT 1"
    )
    assert f"US:{ticker}" in spock("show", f"CIK{int(cik):010}").out.replace(" ", "")


def test_a_contact_of_two_lines_is_an_error(run):
    outcome = run("--sec-contact", "Ann\r\nX-Other: 1")
    assert outcome.code == 2
    assert "--sec-contact" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_the_table_with_exchanges_takes_the_place_of_one_that_is_not_there(
    run, sandbox, spock, monkeypatch
):
    monkeypatch.setenv("SPOCK_SEC_CONTACT", "Ann Author ann@example.com")
    companies = json.loads(sandbox.tables.files.pop(FILE)).values()
    data = [[one["cik_str"], one["title"], one["ticker"], "Nasdaq"] for one in companies]
    document = {"fields": ["cik", "name", "ticker", "exchange"], "data": data}
    sandbox.tables.files[WITH_EXCHANGE] = json.dumps(document).encode()
    assert run().code == 0
    assert spock.rows("SELECT count(*) > 100 FROM identifiers WHERE scheme = 'CIK'") == [(1,)]


def test_the_contact_is_sent_to_the_server_and_kept_out_of_the_log(spock, sandbox, monkeypatch):
    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        connection.sendall(reply(404))

    with hostile(answer) as server:
        outcome = spock(
            "enrich", "--regions", "US", "--sources", "kis", "sec", "--tables-url", server.url,
            "--kis-master-url", sandbox.kis_master_url, "--sec-contact", "Ann ann@example.com",
        )  # fmt: skip
    assert outcome.code == 0
    assert len(server.seen) == 2
    assert all("user-agent: spock ann ann@example.com\r\n" in seen.lower() for seen in server.seen)
    assert "US: sec has no usable table" in outcome.err
    assert "ann@example.com" not in outcome.err
