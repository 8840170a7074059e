"""Downloads over real sockets: an outage is retried, bounded, and never an answer."""

from __future__ import annotations

import io
import socket
import zipfile
from pathlib import Path

import pytest

from spock_core.domain import ListState
from spock_core.domain.errors import ListError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.sandbox.kis_files import pack
from spock_core.sandbox.server import Sandbox
from spock_core.sources.http.download import Downloads, local_path
from spock_core.sources.http.retry import RetryPolicy
from spock_core.sources.kis import master_files as kis
from tests.conftest import Spock
from tests.support.hostile import Hostile, hostile, reply


@pytest.fixture
def online(spock: Spock, sandbox: Sandbox) -> Spock:
    """`spock enrich --json` of Vietnam from the sandbox, without waiting between retries."""

    def run(*arguments: object):
        url = ("--kis-master-url", sandbox.kis_master_url, "--retry-delay", "0")
        return spock("enrich", "--json", "--regions", "VN", *url, *arguments)

    return run


def test_an_unchanged_list_is_not_sent_again(online, sandbox):
    assert online().region("VN")["listing"]["not_modified"] == []
    second = online()
    assert second.region("VN")["listing"]["not_modified"] == ["HSX", "HNX"]
    assert second.region("VN")["skipped"] > 0
    assert second.code == 0


def test_force_refresh_downloads_again(online):
    online()
    assert online("--force-refresh").region("VN")["listing"]["not_modified"] == []


def test_a_list_that_was_refused_is_downloaded_again(online, sandbox):
    sandbox.kis.faults.body["hnxmst.cod.zip"] = b"PK nonsense"
    assert online().code == 1
    sandbox.kis.faults.body.clear()
    assert online().code == 0
    assert online().region("VN")["listing"]["not_modified"] == ["HSX", "HNX"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
def test_an_outage_that_ends_costs_retries_and_nothing_else(online, sandbox, status):
    sandbox.kis.faults.status["hnxmst.cod.zip"] = status
    sandbox.kis.faults.times["hnxmst.cod.zip"] = 2
    outcome = online()
    assert outcome.code == 0
    assert outcome.region("VN")["retries"] == 2
    assert outcome.document["requests"] == {"kis": 4}


@pytest.mark.parametrize("fault", ["html", "cut"])
def test_a_web_page_or_a_cut_body_is_an_outage(online, sandbox, fault):
    getattr(sandbox.kis.faults, fault).add("hnxmst.cod.zip")
    sandbox.kis.faults.times["hnxmst.cod.zip"] = 1
    outcome = online()
    assert outcome.code == 0
    assert outcome.region("VN")["retries"] == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_not_asked_again(online, sandbox, status):
    sandbox.kis.faults.status["hnxmst.cod.zip"] = status
    outcome = online()
    assert outcome.code == 1
    assert outcome.region("VN")["retries"] == 0
    assert f"HTTP {status}" in outcome.region("VN")["error"]


@pytest.mark.parametrize(
    ("fault", "words"), [("html", "web page"), ("cut", "before the download ended")]
)
def test_an_outage_that_lasts_fails_the_region_with_one_line(online, sandbox, fault, words):
    getattr(sandbox.kis.faults, fault).add("*")
    outcome = online()
    assert outcome.code == 1
    assert words in outcome.region("VN")["error"]


def test_a_dead_provider_is_not_asked_over_and_over(spock, sandbox):
    sandbox.kis.faults.status["*"] = 503
    outcome = spock("enrich", "--json", "--kis-master-url", sandbox.kis_master_url,
                    "--retry-delay", "0", "--max-retries", "2")  # fmt: skip
    assert outcome.code == 1
    assert outcome.document["requests"] == {"kis": 3 + 10}
    assert {r["status"] for r in outcome.document["regions"]} == {"failed"}


def test_an_outage_clears_nothing_and_the_rest_of_the_run_goes_on(online, sandbox, register):
    online()
    rows = register("SELECT * FROM stock_details") + register("SELECT * FROM tickers")
    sandbox.kis.faults.status["*"] = 500
    outcome = online()
    assert outcome.code == 1
    assert outcome.region("VN")["failed"] == outcome.region("VN")["total"] > 0
    assert outcome.region("VN")["success_rate"] == 0
    assert register("SELECT * FROM stock_details") + register("SELECT * FROM tickers") == rows


def test_an_archive_beyond_all_bounds_is_not_swallowed(online, sandbox, monkeypatch):
    monkeypatch.setattr(kis, "MAX_ARCHIVE_BYTES", 500)
    outcome = online()
    assert "larger than 500 bytes" in outcome.region("VN")["error"]
    assert outcome.region("VN")["retries"] == 0


def test_retry_after_is_honoured():
    policy = RetryPolicy(max_retries=3, delay_s=1)
    assert policy.wait_s(1, retry_after=7) == 7
    assert 1 <= policy.wait_s(1) <= 1.25
    assert 4 <= policy.wait_s(3) <= 5
    assert policy.wait_s(1, retry_after=10_000) == 300


def test_a_password_in_the_address_is_shown_nowhere(spock, register, sandbox):
    url = sandbox.kis_master_url.replace("http://", "http://user:hush@")
    sandbox.kis.faults.status["*"] = 404
    outcome = spock("enrich", "-v", "--regions", "VN", "--kis-master-url", url,
                    "--log-file", "run.log", "--report-file", "run.txt")  # fmt: skip
    assert outcome.code == 1
    files = Path("run.log").read_text() + Path("run.txt").read_text()
    rows = str(register("SELECT * FROM runs") + register("SELECT * FROM run_regions"))
    assert "hush" not in outcome.out + outcome.err + files + rows
    assert "***@" in outcome.out


def test_a_retry_after_that_is_no_number_is_no_fault(online, sandbox):
    sandbox.kis.faults.status["hnxmst.cod.zip"] = 503
    sandbox.kis.faults.times["hnxmst.cod.zip"] = 1
    sandbox.kis.faults.retry_after = "\N{SUPERSCRIPT TWO}"
    assert online().code == 0


def test_a_name_of_a_version_that_is_too_long_is_not_kept(online, sandbox, register):
    sandbox.kis.faults.etag = '"' + "x" * 300 + '"'
    assert online().code == 0
    assert set(register("SELECT etag FROM lists")) == {(None,)}


def test_a_list_with_a_line_that_could_be_anybodys_is_sent_again(online, sandbox, register):
    online()
    name = "hnxmst.cod.zip"
    with zipfile.ZipFile(io.BytesIO(sandbox.kis.files[name])) as archive:
        lines = archive.read("HNXMST.COD").split(b"\r\n")
    gone = lines[0].split(b"\t")[4].decode()
    sandbox.kis.files[name] = pack("HNXMST.COD", b"\r\n".join([b"garbage", *lines[1:]]))
    assert online().region("VN")["listing"]["gone"] == 0
    assert online().region("VN")["listing"]["not_modified"] == ["HSX"]
    sandbox.kis.files[name] = pack("HNXMST.COD", b"\r\n".join(lines[1:]))
    assert online().region("VN")["listing"]["gone"] == 1
    assert register("SELECT is_active FROM tickers WHERE ticker = ?", gone) == [(0,)]


def test_a_redirect_is_a_request_too(online, sandbox):
    sandbox.kis.faults.redirect = True
    assert online().document["requests"] == {"kis": 4}


@pytest.mark.parametrize("url", ["http://[bad", "http://exa..mple/", f"http://{'x' * 70}.com/"])
def test_an_address_that_is_none_is_told_in_one_line(spock, url):
    outcome = spock("enrich", "--kis-master-url", url)
    assert outcome.code == 2
    assert "not a valid web address" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_failed_region_is_below_any_bar(online, sandbox):
    online()
    sandbox.kis.faults.status["*"] = 404
    assert online("--fail-under", "0.5").region("VN")["success_rate"] == 0


def test_a_file_of_another_machine_is_refused():
    for address in ("file://host/share/x", "http://u:hush@[bad/x.csv"):
        with pytest.raises(ListError, match=r"another machine|not a valid address") as caught:
            local_path(address)
        assert "hush" not in str(caught.value)
    assert local_path("file:///share/x") == local_path("file://localhost/share/x")


def retried(events: list[object]) -> int:
    return sum(isinstance(event, Retry) and event.region == "VN" for event in events)


def test_a_provider_that_answers_again_is_asked_again(sandbox):
    notified: list[object] = []

    def fetch() -> None:
        address = f"{sandbox.kis_master_url}/hnxmst.cod.zip"
        found = files.fetch(address, ListState(), region="VN")
        assert found is not None
        found.file.close()

    stated = (sandbox.kis_master_url,)
    policy = RetryPolicy(2, 0)
    files = Downloads("kis", "an archive", 10**9, stated, policy, notified.append, Stop())
    faults = sandbox.kis.faults
    faults.status["hnxmst.cod.zip"] = 503
    for times, retries in ((3, 2), (1, 0)):  # given up; then asked once, as nothing was answered
        faults.times["hnxmst.cod.zip"] = times
        notified.clear()
        with pytest.raises(ListError):
            fetch()
        assert retried(notified) == retries
    fetch()
    faults.status["hnxmst.cod.zip"], faults.times["hnxmst.cod.zip"] = 503, 2
    fetch()
    assert retried(notified) == 2


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("value", ['\x0b"x"', '"a\0b"', '"\x1b[2J"', '"\xff"', "x" * 500])
def test_a_header_that_could_not_be_sent_again_is_not_kept(
    spock: Spock, master_files, header, value
):
    """Each further night the list would be refused for it."""

    def answer(server: Hostile, connection: socket.socket, line: str) -> None:
        content = (master_files / line.split()[1].strip("/")).read_bytes()
        connection.sendall(reply(200, content, **{header.replace("-", "_"): value}))

    with hostile(answer) as server:
        for _ in range(2):
            outcome = spock("enrich", "--json", "--regions", "VN", "--kis-master-url", server.url)
            assert outcome.code == 0, outcome.err
        assert "\r\nif-" not in "".join(server.seen).lower()


def test_the_folder_of_a_user_who_does_not_exist_is_told(spock: Spock):
    with pytest.raises(ListError, match="there is no such user"):
        local_path("~nobody-of-this-name/lists")
    outcome = spock("enrich", "--kis-master-url", "~nobody-of-this-name/lists")
    assert outcome.code == 2
    assert "there is no such user" in outcome.err
