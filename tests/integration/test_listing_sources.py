"""Markets outside KIS's reach: listed by Yahoo, by CSV tables, or by a third party's own source."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from spock_core import Exchange, Market
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.distributions import Bring

YAHOO = """
    from spock_core import Exchange, Market, hookimpl

    MARKET = Market("{region}", "A market that Yahoo lists", listed_by="yahoo", exchanges=(
        Exchange("{mic}", "Main board", "TWD", yahoo_codes=("{code}",), yahoo_suffix=".{suffix}"),
    ))

    @hookimpl
    def spock_markets():
        return (MARKET,)
    """
TAIWAN = YAHOO.format(region="TW", mic="XTAI", code="TAI", suffix="TW")
KOREA = YAHOO.format(region="KR", mic="XKRX", code="KSC", suffix="KS")

CSV = """
    from spock_core import Exchange, Market, hookimpl

    MARKET = Market("TW", "Taiwan", listed_by="csv", exchanges=(
        Exchange("XTAI", "Taiwan", "TWD", yahoo_codes=("TAI",), lot_size=1000,
                 list_address={address!r}),
    ), yahoo_symbol=lambda one: one.ticker + ".TW")

    @hookimpl
    def spock_markets():
        return (MARKET,)
    """
SMALLER = ("TW", "KR", "VN")
GOOD = "ticker,name\n2330,TSMC\n2317,HON HAI\n2454,MEDIATEK\n2412,CHT\n1301,FPC\n2881,FUBON\n"


@pytest.fixture
def asked(spock: Spock) -> Iterator[Callable[..., tuple[Outcome, Sandbox]]]:
    """Runs over a sandbox that serves what is installed then, of the smaller markets alone, and
    gives it back to be looked at."""
    servers: list[Any] = []

    def run(*arguments: object, again: bool = False) -> tuple[Outcome, Sandbox]:
        if not (again and servers):
            plugins = load_plugins()
            plugins.markets = {r: m for r, m in plugins.markets.items() if r in SMALLER}
            servers.append(serve(make_universe(plugins, 9_000), plugins.markets))
            servers.append(servers[-1].__enter__())
        server = servers[-1]
        outcome = spock(
            "enrich", "--json", "--sources", "ALL", "--yahoo-url", server.url, "--lists-url",
            server.lists_url, "--kis-master-url", server.kis_master_url, "--retry-delay", "0",
            "--yahoo-rate", "900", *arguments,
        )  # fmt: skip
        return outcome, server

    yield run
    for context in servers[::2]:
        context.__exit__(None, None, None)


def test_a_market_is_listed_by_yahoo_and_classified(bring: Bring, asked, register):
    bring("spock-tw", TAIWAN)
    outcome, server = asked("--regions", "TW")
    assert outcome.code == 0, outcome.err
    known = server.yahoo.known
    listed = dict(register("SELECT yahoo_symbol, ticker FROM tickers"))
    assert listed == {
        symbol: symbol.removesuffix(".TW") for symbol in known if symbol[-3:] == ".TW"
    }
    assert outcome.region("TW")["coverage"] > 0.99
    assert set(register("SELECT DISTINCT data_source, currency, exchange FROM tickers")) == {
        ("yahoo", "TWD", "XTAI")
    }
    assert server.yahoo.asked["list TAI"] == 1
    assert outcome.document["requests"] == {"yahoo": server.counters["yahoo"]}
    again, _ = asked("--regions", "TW", again=True)
    assert again.document["requests"]["yahoo"] == 2 + 2  # cookie and crumb; the list, two pages
    assert again.region("TW")["listing"]["new"] == again.region("TW")["listing"]["gone"] == 0


def test_two_markets_are_listed_by_yahoo_at_once_within_one_budget(bring: Bring, asked):
    bring("spock-tw", TAIWAN)
    bring("spock-kr", KOREA, entry="kr")
    outcome, server = asked(
        "--regions", "TW", "KR", "--parallel", "--yahoo-rate", "20", "--profile-budget", "20"
    )
    assert outcome.code == 0, outcome.err
    assert [region["total"] > 250 for region in outcome.document["regions"]] == [True, True]
    arrivals = server.yahoo.arrivals
    assert len(arrivals) - 1 <= 20 * (max(arrivals) - min(arrivals))
    assert server.counters["yahoo cookie"] == server.counters["yahoo crumb"] == 1


def test_the_users_yfinance_is_as_it_was_after_lists_and_questions(bring: Bring, asked):
    from yfinance import cache
    from yfinance.data import YfData

    mine, cookies = YfData(), cache._CookieCacheManager._Cookie_cache
    bring("spock-tw", TAIWAN)
    assert asked("--regions", "TW")[0].code == 0
    assert YfData() is mine
    assert cache._CookieCacheManager._Cookie_cache is cookies


def test_where_yahoo_is_down_the_region_fails_and_keeps_what_it_had(bring: Bring, asked, register):
    bring("spock-tw", TAIWAN)
    _, server = asked("--regions", "TW")
    before = register("SELECT * FROM tickers")
    server.yahoo.faults.dead = True
    outcome, _ = asked("--regions", "TW", "VN", again=True)
    assert outcome.code == 1
    assert outcome.region("VN")["kis"] > 0
    assert "XTAI: yahoo:" in outcome.region("TW")["error"]
    assert register("SELECT * FROM tickers WHERE region = 'TW'") == before


def test_pages_that_never_fit_lose_no_stock(bring: Bring, asked, register):
    bring("spock-tw", TAIWAN)
    _, server = asked("--regions", "TW")
    count = register("SELECT count(*) FROM tickers")
    server.yahoo.faults.drift_share = 1.0
    outcome, _ = asked("--regions", "TW", again=True)
    assert outcome.region("TW")["listing"]["gone"] == 0
    assert outcome.region("TW")["listing"]["damaged"] >= 1
    assert register("SELECT count(*) FROM tickers WHERE is_active") == count


def test_a_symbol_without_the_exchanges_suffix_is_damage(bring: Bring, asked, register):
    bring("spock-tw", TAIWAN)
    _, server = asked("--regions", "TW")
    symbol = min(symbol for symbol in server.yahoo.known if symbol.endswith(".TW"))
    stock = server.yahoo.known[symbol]
    server.yahoo.known[symbol] = type(stock)("ODD.XX", stock.exchange, stock.name, None)
    outcome, _ = asked("--regions", "TW", again=True)
    assert outcome.region("TW")["listing"]["damaged"] == 1
    assert "ODD.XX does not end in .TW" in outcome.err + outcome.out


def test_the_sandbox_serves_whatever_is_installed(bring: Bring, spock: Spock):
    bring("spock-tw", CSV.format(address="https://example.com/never-asked.csv"))
    bring("spock-kr", KOREA, entry="kr")
    arguments = ("--regions", "TW", "KR", "VN", "--sandbox-size", 9_000, "--sources", "ALL")
    outcome = spock("enrich", "--sandbox", "--json", *arguments)
    assert outcome.code == 0, outcome.err
    assert {region["status"] for region in outcome.document["regions"]} == {"success"}
    assert outcome.region("TW")["total"] > 250
    assert outcome.document["requests"]["csv"] == 1
    assert spock("sandbox", "--write", "files").code == 0
    assert (Path("files") / "xtai.csv").exists()


def test_a_market_without_a_recipe_gets_a_plain_one(bring: Bring, spock: Spock):
    bring("spock-tw", CSV.format(address="x.csv").replace('"csv"', '"kis"')
          .replace('"TWD",', '"TWD", "TAI",'))  # fmt: skip
    outcome = spock("enrich", "--sandbox", "--json", "--regions", "TW", "--sandbox-size", 3_000)
    assert outcome.code == 0, outcome.err
    assert outcome.region("TW")["kis"] > 0


@pytest.mark.parametrize("form", ["path", "file", "web"])
def test_a_table_is_read_from_wherever_it_is(bring: Bring, spock: Spock, register, tmp_path, form):
    table = tmp_path / "tw list.csv"
    table.write_text(
        "\ufeffTicker,name,Name_Local,currency,asset_type,lot_size,kis_sector_code,comment\r\n"
        '2330,"TSMC, Ltd",台積電,TWD,stock,1000,710,big\r\n'
        "0050,Top 50,,,ETF,,,\r\n\r\n",
        "utf-8",
    )
    address = str(table) if form == "path" else table.as_uri()
    with Web({"/list.csv": table.read_bytes()}) as base:
        bring("spock-tw", CSV.format(address=f"{base}/list.csv" if form == "web" else address))
        outcome = spock("enrich", "--json", "--regions", "TW")
        assert outcome.code == 0, outcome.err
        again = spock("enrich", "--json", "--regions", "TW")
    unchanged = again.region("TW")["listing"]["not_modified"]
    assert unchanged == ["XTAI"]
    rows = register(
        "SELECT ticker, name, name_local, currency, asset_type, lot_size, kis_sector_code,"
        " yahoo_symbol, data_source FROM tickers ORDER BY ticker"
    )
    assert rows == [
        ("0050", "Top 50", None, "TWD", "ETF", 1000, None, "0050.TW", "csv"),
        ("2330", "TSMC, Ltd", "台積電", "TWD", "STOCK", 1000, "710", "2330.TW", "csv"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("9999", "1 columns instead of 2"),
        ("9999,A,B", "3 columns instead of 2"),
        (",nobody", "the ticker is missing or invalid"),
        ("two words,A", "the ticker is missing or invalid"),
        ('9999,"open', "not a line of CSV"),
        ("9999," + "x" * 5_000, "the line is too long"),
        ("9999,\udcff", "not UTF-8"),
        ("2330,TSMC again", "2330 is listed twice"),
    ],
    ids=["short", "long", "no-ticker", "spaces", "quote", "endless", "encoding", "twice"],
)
def test_a_bad_line_is_damage_and_the_others_count(bring: Bring, spock: Spock, line, words):
    Path("tw.csv").write_bytes((GOOD + line + "\n").encode("utf-8", "surrogateescape"))
    bring("spock-tw", CSV.format(address="tw.csv"))
    outcome = spock("enrich", "--regions", "TW")
    assert outcome.code == 0, outcome.out + outcome.err
    assert words in outcome.out + outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the table is empty"),
        (b"symbol,name\nA,B\n", "the header has no column ticker"),
        (b"ticker;name\nA;B\n", "the header has no column ticker"),
        (b"ticker,name,ticker\nA,B,C\n", "two columns ticker"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "not a CSV header in UTF-8"),
        (b"ticker,name\n", "no line that could be read"),
        (b"ticker,name\n" + b"\n".join([b"A", b"B", b"C"]), "instead of 2"),
        (b"ticker,name,lot_size\nA,B,-5\n", "'-5' is not a valid lot_size"),
        (b"ticker,name,currency\nA,B,$\n", "'$' is not a valid currency"),
        (b"ticker,name,asset_type\nA,B,BOND\n", "unknown asset_type 'BOND'"),
        (b"ticker,name\n\x1b[31mA,\x1b[2J\n", "the ticker is missing or invalid"),
    ],
    ids=["empty", "columns", "semicolons", "twice", "binary", "header-alone", "all-damaged", "lot",
         "currency", "type", "escapes"],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_in_one_line(bring: Bring, spock: Spock, content, words):
    Path("tw.csv").write_bytes(content)
    bring("spock-tw", CSV.format(address="tw.csv"))
    outcome = spock("enrich", "--json", "--regions", "TW", "--log-file", "run.log")
    assert outcome.code == 1
    [error] = [outcome.region("TW")["error"]]
    assert words in error
    assert "\n" not in error
    assert "\x1b" not in outcome.out + outcome.err + Path("run.log").read_text()


@pytest.mark.parametrize("fault", ["html", "cut", "status"])
def test_an_outage_of_a_tables_server_is_asked_again(bring: Bring, asked, fault):
    bring("spock-tw", CSV.format(address="https://example.com/tw.csv"))
    _, server = asked("--regions", "TW", "--sources", "kis")
    faults = server.lists.faults
    if fault == "status":
        faults.status["xtai.csv"] = 503
    else:
        getattr(faults, fault).add("xtai.csv")
    faults.times["xtai.csv"] = 1
    outcome, _ = asked("--regions", "TW", "--sources", "kis", "--force-refresh", again=True)
    assert outcome.code == 0
    assert outcome.region("TW")["retries"] == 1


def test_a_missing_table_is_named_without_its_password(bring: Bring, spock: Spock):
    with Web({}) as base:
        address = base.replace("http://", "http://user:hush@") + "/none.csv"
        bring("spock-tw", CSV.format(address=address))
        outcome = spock("enrich", "-v", "--json", "--regions", "TW", "--log-file", "run.log")
    assert outcome.code == 1
    assert "/none.csv: the server answered HTTP 404" in outcome.region("TW")["error"]
    assert "hush" not in outcome.out + outcome.err + Path("run.log").read_text()


def test_a_third_party_brings_a_listing_source_for_other_peoples_markets(
    bring: Bring, spock: Spock, register
):
    bring("spock-tw", CSV.format(address="").replace('"csv"', '"almanac"'))
    alone = spock("enrich", "--json", "--regions", "TW")
    assert "which is listed by 'almanac'" in alone.region("TW")["error"]
    bring(
        "spock-almanac",
        """
        from spock_core import AssetType, Listing, VenueList, hookimpl

        @hookimpl
        def spock_listings(market, states, run):
            if market.listed_by != "almanac":
                return None
            return [VenueList(one, items=[(1, Listing(
                market.region, "1101", "TAIWAN CEMENT", None, one.mic, None, one.currency,
                AssetType.STOCK, 1000, data_source="almanac"))]) for one in market.exchanges]
        """,
        entry="almanac",
    )
    assert spock("enrich", "--json", "--regions", "TW").code == 0
    assert register("SELECT ticker, data_source FROM tickers") == [("1101", "almanac")]


def test_a_ticker_that_grows_too_long_is_damage(bring: Bring, spock: Spock):
    Path("tw.csv").write_text(f"{GOOD}{'9' * 32},A\n")
    bring(
        "spock-tw", CSV.format(address="tw.csv").replace("lot_size", 'ticker_prefix="T", lot_size')
    )
    outcome = spock("enrich", "--json", "--regions", "TW")
    assert outcome.code == 0, outcome.err
    assert outcome.region("TW")["listing"]["damaged"] == 1
    assert outcome.region("TW")["total"] == 6


def test_a_server_that_says_unchanged_unasked_gives_no_list(bring: Bring, spock: Spock):
    with Web({"/list.csv": GOOD.encode()}, always_known=True) as base:
        bring("spock-tw", CSV.format(address=f"{base}/list.csv"))
        outcome = spock("enrich", "--json", "--regions", "TW")
    assert outcome.code == 1
    assert "HTTP 304 to an unconditional request" in outcome.region("TW")["error"]


def test_a_third_party_is_asked_before_core_even_last(bring: Bring, spock: Spock, register):
    Path("tw.csv").write_text(GOOD)
    bring("spock-tw", CSV.format(address="tw.csv"))
    bring(
        "spock-last",
        """
        from spock_core import AssetType, Listing, VenueList, hookimpl

        @hookimpl(trylast=True)
        def spock_listings(market, states, run):
            if market.region == "TW":
                return [VenueList(one, items=[(1, Listing(
                    "TW", "1101", "TAIWAN CEMENT", None, one.mic, None, one.currency,
                    AssetType.STOCK, 1000, data_source="last"))]) for one in market.exchanges]
        """,
        entry="last",
    )
    assert spock("enrich", "--json", "--regions", "TW").code == 0
    assert register("SELECT ticker, data_source FROM tickers") == [("1101", "last")]


@pytest.mark.parametrize(
    ("exchange", "listed_by", "words"),
    [
        (Exchange("XTAI", "T", "TWD"), "csv", "XTAI is listed by csv and has no list_address"),
        (Exchange("XTAI", "T", "TWD"), "yahoo", "has no yahoo_codes of its own"),
        (
            Exchange("XTAI", "T", "TWD"),
            "The Almanac",
            "listed_by is 'The Almanac': give the name of",
        ),
    ],
)
def test_a_market_that_cannot_be_listed_so_says_why(exchange, listed_by, words):
    with pytest.raises(ValueError, match=words):
        Market("TW", "Taiwan", (exchange,), listed_by=listed_by)


def test_two_lists_of_yahoo_need_codes_of_their_own():
    both = tuple(Exchange(mic, "T", "TWD", yahoo_codes=("TAI",)) for mic in ("XTAI", "ROCO"))
    with pytest.raises(ValueError, match="ROCO is listed by yahoo and has no yahoo_codes of its"):
        Market("TW", "Taiwan", both, listed_by="yahoo")


class Web:
    """Serves files on loopback, with ETags."""

    def __init__(self, files: dict[str, bytes], *, always_known: bool = False) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = files.get(self.path)
                known = always_known or self.headers.get("If-None-Match") == '"1"'
                self.send_response(404 if content is None else 304 if known else 200)
                self.send_header("ETag", '"1"')
                self.end_headers()
                if content is not None and not known:
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_the_doctor_looks_whether_a_table_is_there(bring: Bring, spock: Spock):
    bring("spock-tw", CSV.format(address="tw.csv"))
    with Web({"/xtai.csv": GOOD.encode()}) as base:
        urls = ("--kis-master-url", ".", "--yahoo-url", base)
        assert "tw.csv: there is no such file" in " ".join(spock("doctor", *urls).out.split())
        Path("tw.csv").write_text(GOOD)
        assert "is read from tw.csv" in " ".join(spock("doctor", *urls).out.split())
        there = spock("doctor", *urls, "--lists-url", base)
        assert "list XTAI" in there.out
        lost = " ".join(spock("doctor", *urls, "--lists-url", f"{base}/none").out.split())
        assert "correct the address" in lost
        assert "tw.csv" not in there.out


def test_json_of_a_dry_run_names_the_lists(bring: Bring, spock: Spock):
    bring("spock-tw", TAIWAN)
    found = json.loads(spock("enrich", "--dry-run", "--json", "--regions", "TW").out)
    assert found["plan"]["regions"][0]["lists"] == ["XTAI"]


def test_a_dry_run_counts_the_requests_that_lists_will_cost(bring: Bring, asked, spock: Spock):
    bring("spock-tw", TAIWAN)
    first = spock("enrich", "--dry-run", "--json", "--regions", "TW", "--sources", "ALL")
    assert first.document["plan"]["requests"]["lists"] == 1
    asked("--regions", "TW")
    planned = spock("enrich", "--dry-run", "--json", "--regions", "TW", "--sources", "ALL")
    outcome, _ = asked("--regions", "TW", again=True)
    assert (
        planned.document["plan"]["requests"]["lists"] == outcome.document["requests"]["yahoo"] - 2
    )
    text = spock("enrich", "--dry-run", "--regions", "TW", "--sources", "ALL").out
    assert "requests to yahoo: lists" in text
    assert "at 2 per second" in text  # the rate of the settings, also where only lists are read
