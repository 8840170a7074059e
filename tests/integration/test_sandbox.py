"""The sandbox: a made-up universe in the real wire format, the same everywhere."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
import requests

from spock_core import AssetType, Exchange
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_files import archives, line_of
from spock_core.sandbox.server import COUNTERS_PATH
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.sources.kis.line import read_line
from tests.conftest import Spock
from tests.support.child import HANG_S, Child

REAL_COUNTS = {"NAS": 3_732, "NYS": 2_437, "AMS": 267, "TSE": 4_039, "SHS": 2_206, "SZS": 2_869,
               "HKS": 2_688, "HSX": 394, "HNX": 312}  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Universe:
    return make_universe(load_plugins(), FULL_SIZE)


def test_the_full_universe_counts_what_the_real_lists_count(full: Universe):
    stocks = Counter(
        one.exchange.list_name for one in full.instruments() if one.asset_type is AssetType.STOCK
    )
    assert stocks == REAL_COUNTS
    assert sum(1 for _ in full.instruments()) == 25_807
    assert len(full.lists) == 11


def test_no_ticker_occurs_twice_in_a_region_and_some_in_two(full: Universe):
    keys = [(one.region, one.exchange.ticker_prefix + one.symbol) for one in full.instruments()]
    assert len(keys) == len(set(keys))
    stocks = {(i.region, i.symbol) for i in full.instruments() if i.asset_type is AssetType.STOCK}
    regions = Counter(symbol for _, symbol in stocks)
    assert sum(count > 1 for count in regions.values()) > 20


def test_every_share_of_stocks_without_a_code_is_a_real_one(full: Universe):
    for (_, name), instruments in full.lists.items():
        stocks = [one for one in instruments if one.asset_type is AssetType.STOCK]
        if stocks:
            hidden = sum(one.shown_code == "000" for one in stocks) / len(stocks)
            assert 0.18 < hidden < 0.60, name


def test_every_kind_of_security_occurs(full: Universe):
    kinds = Counter(one.kind.value for one in full.instruments())
    for kind in ("common", "preferred", "unit", "warrant", "note", "depositary_receipt", "fund",
                 "reit"):  # fmt: skip
        assert kinds[kind] > 20, kind


def test_every_market_has_the_kinds_that_its_venues_have(plugins):
    universe = make_universe(plugins, 900)
    kinds = {(one.region, one.kind.value, one.asset_type.value) for one in universe.instruments()}
    assert kinds >= {
        ("HK", "reit", "ETP"),
        ("HK", "depositary_receipt", "STOCK"),
        ("JP", "reit", "STOCK"),
        ("JP", "fund", "STOCK"),
        ("JP", "depositary_receipt", "STOCK"),
    }
    assert any(one.region == "HK" and one.is_spac for one in universe.instruments())
    assert any(one.region == "HK" and one.currency == "CNY" for one in universe.instruments())
    volatile = Counter(one.etp_kind for one in universe.instruments())
    assert min(volatile["005"], volatile["006"]) > 0


def test_what_the_lists_say_is_read_as_what_was_meant(full: Universe):
    markets = load_plugins().markets
    wrong = []
    for one in full.instruments():
        raw = line_of(one).rstrip("\r\n").encode("cp949")
        listing = read_line(raw, one.region, one.exchange)
        if markets[one.region].security_type(listing) is not one.kind:
            wrong.append((listing.ticker, listing.name, one.kind))
        if one.asset_type is AssetType.STOCK:
            assert markets[one.region].is_spac(listing) == one.is_spac, listing
    assert not wrong


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(plugins):
    def content(seed: int) -> dict[str, bytes]:
        return dict(archives(make_universe(plugins, 500, seed)))

    assert content(7) == content(7)
    assert content(7) != content(8)


@pytest.mark.slow
def test_lists_grow_beyond_what_tickers_usually_allow(plugins):
    grown = make_universe(plugins, 200_000)
    assert 199_000 < grown.stocks < 201_000


def test_the_server_knows_what_changed_and_counts(sandbox):
    url = f"{sandbox.kis_master_url}/hnxmst.cod.zip"
    first = requests.get(url, timeout=HANG_S)
    assert (first.status_code, first.content[:2]) == (200, b"PK")
    etag = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(url, headers=etag, timeout=HANG_S).status_code == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert requests.get(url, headers=since, timeout=HANG_S).status_code == 304
    assert (
        requests.get(f"{sandbox.kis_master_url}/xyzmst.cod.zip", timeout=HANG_S).status_code == 404
    )
    with urllib.request.urlopen(sandbox.url + COUNTERS_PATH) as answer:
        counts = json.load(answer)
    assert counts["kis hnxmst.cod.zip"] == 3


def test_the_server_listens_on_loopback_alone(sandbox):
    assert sandbox.url.startswith("http://127.0.0.1:")


def test_files_may_be_written_to_a_folder(spock: Spock):
    outcome = spock("sandbox", "--write", "files", "--sandbox-size", 500)
    assert outcome.code == 0
    assert spock("enrich", "--kis-master-url", "files").code == 0


def test_made_up_files_take_no_place_of_what_is_read(spock: Spock, monkeypatch):
    Path("mine").mkdir()
    list_of_mine = Path("mine/nasmst.cod.zip")
    list_of_mine.write_bytes(b"bought")
    monkeypatch.setenv("SPOCK_KIS_MASTER_URL", "mine")
    outcome = spock("sandbox", "--write", "mine", "--sandbox-size", 500)
    assert outcome.code == 2
    assert "nasmst.cod.zip is a list: choose another file" in outcome.err
    assert [*Path("mine").iterdir()] == [list_of_mine]
    assert list_of_mine.read_bytes() == b"bought"


def test_the_command_serves_until_it_is_stopped(tmp_path):
    process = Child(["-m", "spock_core", "sandbox", "--sandbox-size", "300"])
    assert process.stdout is not None
    process.stdout.readline()
    url = process.stdout.readline().strip().removeprefix("export SPOCK_KIS_MASTER_URL=")
    others = [process.stdout.readline().strip() for _ in range(5)]
    assert others[-1] == "export SPOCK_DATABASE=sqlite:///spock-made-up.db"
    assert [line.partition("=")[0] for line in others[:-1]] == [
        "export SPOCK_YAHOO_URL",
        "export SPOCK_KIS_API_URL",
        "export SPOCK_LISTS_URL",
        "export SPOCK_TABLES_URL",
    ]
    assert requests.get(f"{url}/tsemst.cod.zip", timeout=HANG_S).status_code == 200
    process.terminate()
    assert process.wait() == 0
    process.stdout.close()


def test_an_exchange_has_a_name_for_messages():
    assert Exchange("XXXX", "Nowhere", "ZZD").list_name == "XXXX"


def test_the_command_has_knobs_for_yahoos_faults(tmp_path):
    arguments = ["-m", "spock_core", "sandbox", "--sandbox-size", "300",
                 "--yahoo-storm-429", "1-2", "--yahoo-retry-after", "7", "--yahoo-dead-after", "3"]  # fmt: skip
    process = Child(arguments)
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    url = lines[2].removeprefix("export SPOCK_YAHOO_URL=")
    answers = [requests.get(f"{url}/v1/test/getcrumb", timeout=HANG_S) for _ in range(4)]
    process.terminate()
    process.wait()
    process.stdout.close()
    assert [answer.status_code for answer in answers] == [429, 429, 401, 503]
    assert answers[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/finance/screener?crumb=wrong", 401),
        ("/v10/finance/quoteSummary/X", 401),
        ("/nowhere", 404),
    ],
)
def test_yahoos_side_is_strict(sandbox, path, status):
    assert requests.post(sandbox.url + path, json={}, timeout=HANG_S).status_code == status


def test_a_page_above_250_and_a_wrong_spelling_are_treated_as_yahoo_does(sandbox):
    session = requests.Session()
    session.headers["Cookie"] = "A3=d=sandbox"
    crumb = session.get(f"{sandbox.url}/v1/test/getcrumb", timeout=HANG_S).text

    def screen(industry: str, size: int) -> requests.Response:
        query = {"operator": "AND", "operands": [
            {"operator": "EQ", "operands": ["industry", industry]},
            {"operator": "OR", "operands": [{"operator": "EQ", "operands": ["exchange", "JPX"]}]},
        ]}  # fmt: skip
        body = {"size": size, "offset": 0, "query": query, "sortType": "ASC"}
        return session.post(
            f"{sandbox.url}/v1/finance/screener?crumb={crumb}", json=body, timeout=HANG_S
        )

    assert screen("Gold", 251).status_code == 400
    right = screen("Banks\N{EM DASH}Regional", 250).json()["finance"]["result"][0]
    wrong = screen("Banks - Regional", 250).json()["finance"]["result"][0]
    assert right["total"] > 0
    assert wrong["total"] == 0
