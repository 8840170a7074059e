"""A key that passes to another instrument: nothing of the old one counts, and all of it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_files import write_archives
from spock_core.sandbox.server import Sandbox
from spock_core.sandbox.yahoo_knowledge import YahooStock, group_by_industry
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.distributions import Bring
from tests.support.kis_files import read_lines, with_columns, write_lines

Line = dict[str, str]
FUND = {"c8": "3", "c22": "001"}


def line(ticker: str, name: str, code: str = "000", local: str | None = None, **more: str) -> Line:
    """Columns of a line: KIS gives an instrument without a Korean name its English one."""
    return {"c4": ticker, "c6": local or name, "c7": name, "c19": code, **more}


@pytest.fixture
def folder(few_stocks: Universe, tmp_path: Path) -> Path:
    write_archives(few_stocks, tmp_path / "lists")
    return tmp_path / "lists"


@pytest.fixture
def listed(spock: Spock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """A run over the US lists with these lines besides their own, in New York's if not told."""
    monkeypatch.setenv("SPOCK_SOURCES", "kis,issuer")
    own = {code: read_lines(folder, code) for code in ("NYS", "NAS")}
    models = {
        code: next(line for line in lines if line.split("\t")[8] == "2")
        for code, lines in own.items()
    }

    def run(*lines: Line, flags: tuple[object, ...] = (), nasdaq: tuple[Line, ...] = ()) -> Outcome:
        for code, made in (("NYS", lines), ("NAS", nasdaq)):
            new = [with_columns(models[code], **columns) for columns in made]
            write_lines(folder, code, [*own[code], *new])
        outcome = spock("enrich", "--json", "--regions", "US", "--kis-master-url", folder, *flags)
        assert outcome.code in (0, 1), outcome.err
        return outcome

    return run


@pytest.fixture
def online(listed, small_sandbox: Sandbox) -> Callable[..., Outcome]:
    """The same with Yahoo, which knows what `knows` says, by symbol: name and industry."""

    def run(
        *lines: Line, knows: dict[str, tuple[str, str]], flags: tuple[object, ...] = (), **more
    ):
        yahoo = small_sandbox.yahoo
        for symbol, (name, industry) in knows.items():
            yahoo.known[symbol] = YahooStock(symbol, "NYQ", name, industry)
        yahoo.industries = group_by_industry(yahoo.known.values())
        return listed(
            *lines,
            flags=("--sources", "ALL", "--yahoo-url", small_sandbox.url, "--yahoo-rate", 900,
                   "--retry-delay", 0, *flags),
            **more,
        )  # fmt: skip

    return run


@pytest.fixture
def sector(register) -> Callable[[str], str | None]:
    def of(ticker: str) -> str | None:
        query = "SELECT sector FROM stock_details WHERE region = 'US' AND ticker = ?"
        return next((row[0] for row in register(query, ticker)), None)

    return of


def changes(outcome: Outcome) -> dict[str, int]:
    listing = outcome.region("US")["listing"]
    return {name: listing[name] for name in ("new", "changed", "gone", "back", "passed")}


NOTHING = {"new": 0, "changed": 0, "gone": 0, "back": 0, "passed": 0}
TENNECO = line("TEN", "TENNECO INC", "320", "테네코")
TSAKOS = line("TEN", "TSAKOS ENERGY NAVIGATION", "000", "차코스 에너지 내비게이션")

STEEL = line("ZZS", "ZORRO STEEL WORKS", "130", "조로 스틸")


def test_another_company_begins_anew_and_the_old_one_is_kept(listed, sector, register):
    listed(TENNECO)
    assert sector("TEN") == "Consumer Discretionary"
    outcome = listed(TSAKOS)
    assert changes(outcome) == NOTHING | {"passed": 1}
    assert "1 passed to another instrument" in outcome.err
    assert sector("TEN") is None
    [kept] = register(
        "SELECT period, name, name_local, kis_sector_code, sector, sector_source, observations "
        "FROM listing_periods WHERE ticker = 'TEN' AND ended_at IS NOT NULL"
    )
    assert kept[:6] == (1, "TENNECO INC", "테네코", "320", "Consumer Discretionary", "kis")
    [said] = json.loads(kept[6])
    assert (said["source"], said["words"]) == ("kis", {"sector_code": "320"})
    assert register("SELECT listed_passed FROM run_regions WHERE run_id = 2") == [(1,)]
    assert register("SELECT field, before, after FROM changes WHERE ticker = 'TEN'") == [
        ("instrument", "TENNECO INC", "TSAKOS ENERGY NAVIGATION")
    ]


def test_a_key_that_passed_is_told_once_among_the_changes(listed, spock):
    swapped = [line(one["c4"], other["c7"], other["c19"]) for one, other in
               ((TENNECO, STEEL), (STEEL, TENNECO))]  # fmt: skip
    listed(TENNECO, STEEL)
    assert changes(listed(*swapped)) == NOTHING | {"passed": 2}
    told = spock("changes", "--since", "2d", "--json").document["changes"]
    assert [(one["ticker"], one["change"]) for one in told] == [
        ("TEN", "instrument"), ("ZZS", "instrument"),
    ]  # fmt: skip


@pytest.mark.parametrize("flags", [(), ("--force-refresh",), ("--sources", "kis")])
def test_nothing_of_the_old_company_comes_back(listed, sector, register, flags):
    listed(TENNECO)
    for _ in range(2):
        listed(TSAKOS, flags=flags)
        assert sector("TEN") is None
    assert register("SELECT count(*) FROM observations WHERE ticker = 'TEN'") == [(0,)]
    listed(TSAKOS | {"c19": "010"}, flags=flags)
    assert sector("TEN") == "Energy"


def test_what_a_list_leaves_empty_is_not_filled_with_the_old_companys(listed, register):
    listed(TENNECO)
    assert changes(listed(TSAKOS | {"c6": ""}))["passed"] == 1
    query = "SELECT name, name_local, kis_sector_code FROM tickers WHERE ticker = 'TEN'"
    assert register(query) == [("TSAKOS ENERGY NAVIGATION", None, "000")]


def test_a_stock_that_becomes_a_fund_has_no_sector_and_back_again(listed, sector, register):
    stock = line("EGLE", "EAGLE BULK SHIPPING INC", "280")
    fund = line("EGLE", "GLOBAL X US EAGLE ETF", "000", **FUND)
    listed(stock)
    assert changes(listed(fund)) == NOTHING | {"passed": 1}
    joined = "FROM tickers JOIN stock_details USING (region, ticker) WHERE ticker = 'EGLE'"
    assert register(f"SELECT sector {joined}") == []
    listed(stock | {"c19": "000"})
    assert sector("EGLE") is None
    periods = register("SELECT period, asset_type, sector FROM listing_periods ORDER BY period")
    assert periods == [(1, "STOCK", "Industrials"), (2, "ETF", None)]


def test_a_blank_cheque_company_that_merges_is_another_companys_business(listed, register):
    listed(line("NVAC", "NORTHVIEW ACQUISITION CORP"))
    listed(line("NVAC", "NORTHVIEW MEDICAL INC"))
    assert register("SELECT is_spac FROM stock_details WHERE ticker = 'NVAC'") == [(0,)]
    assert register("SELECT is_spac FROM listing_periods WHERE ticker = 'NVAC'") == [(1,)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (line("COO", "COOPER COS INC", "510"), line("COO", "COOPER COMPANIES INC")),
        (line("CPB", "CAMPBELL SOUP CO", "410"), line("CPB", "THE CAMPBELLS COMPANY")),
        (line("DPZ", "DOMINOS PIZZA INC", "350"), line("DPZ", "DOMINO'S PIZZA INC")),
        (line("LIN", "LINDE PLC", "110"), line("LIN", "LINDE PLC")),
        (line("SHOP", "SHOPIFY INC", "720", "쇼피파이"), line("SHOP", "SHOPIFY INC CL A", local="쇼파이")),
    ],
)  # fmt: skip
def test_a_renamed_company_loses_nothing(listed, sector, register, before, now):
    listed(before)
    known = sector(before["c4"])
    assert known
    assert changes(listed(now))["passed"] == 0
    assert sector(before["c4"]) == known
    assert register("SELECT count(*) FROM listing_periods") == [(0,)]


def test_a_ticker_that_moves_to_another_exchange_loses_nothing(listed, sector, register):
    walmart = line("WMT", "WALMART INC", "430")
    moved = line("WMT", "WALMART INC")
    where = "SELECT kis_exchange, is_active FROM tickers WHERE ticker = 'WMT'"
    listed(walmart)
    for _ in range(2):
        assert changes(listed(walmart, nasdaq=(moved,))) == NOTHING
        assert register(where) == [("NYS", 1)]
    assert changes(listed(nasdaq=(moved,))) == NOTHING | {"changed": 1}
    assert register(where) == [("NAS", 1)]
    assert sector("WMT") == "Consumer Staples"


def test_a_new_ticker_in_two_lists_is_one_listing(listed, register):
    walmart = line("WMT", "WALMART INC", "430")
    assert listed(walmart, nasdaq=(walmart,)).code == 0
    assert register("SELECT count(*) FROM tickers WHERE ticker = 'WMT'") == [(1,)]


def test_the_next_holder_in_another_list_waits_until_the_first_is_gone(listed, sector):
    listed(TENNECO)
    assert changes(listed(TENNECO, nasdaq=(TSAKOS,))) == NOTHING
    assert sector("TEN") == "Consumer Discretionary"
    assert changes(listed(nasdaq=(TSAKOS,)))["passed"] == 1
    assert sector("TEN") is None


def test_a_listing_that_comes_back_is_the_same_or_another(listed, sector):
    listed(TENNECO)
    listed()
    assert changes(listed(TENNECO)) == NOTHING | {"back": 1}
    assert sector("TEN") == "Consumer Discretionary"
    listed()
    assert changes(listed(TSAKOS)) == NOTHING | {"passed": 1}
    assert sector("TEN") is None


def test_a_ticker_that_was_gone_and_comes_back_under_another_name_is_anothers(listed, register):
    listed(line("VG", "VONAGE HLDGS CORP"))
    listed()
    assert changes(listed(line("VG", "VENTURE GLOBAL INC"))) == NOTHING | {"passed": 1}
    assert register("SELECT is_active FROM tickers WHERE ticker = 'VG'") == [(1,)]


def test_a_company_under_a_new_ticker_leaves_the_old_one_as_it_was(listed, sector):
    listed(line("FB", "META PLATFORMS INC", "370"))
    listed(line("META", "META PLATFORMS INC", "370"))
    assert sector("FB") == sector("META") == "Communication Services"


BANK = line("ABX", "ABX BANCORP", "610")
BIOTECH = line("ABX", "ALPHA BIOTECH X INC")
PREFERRED = line("ABX/A", "ABX BANCORP 6% CUM PFD SER A", "610")
NEW_PREFERRED = line("ABX/A", "ALPHA BIOTECH X INC 6% CUM PFD SER A")
KNOWN = {"ABX": ("Alpha Biotech X Inc", "Biotechnology")}


@pytest.mark.parametrize("preferred", [PREFERRED, NEW_PREFERRED])
def test_securities_of_the_issuer_follow_the_new_one(online, sector, preferred):
    online(BANK, PREFERRED, knows={"ABX": ("ABX Bancorp", "Banks - Regional")})
    assert sector("ABX") == sector("ABX/A") == "Financials"
    online(BIOTECH, preferred, knows=KNOWN)
    assert sector("ABX") == sector("ABX/A") == "Health Care"


def test_a_note_of_the_old_company_keeps_what_was_known(listed, sector):
    note = line("HCXY", "ABX BANCORP 6% NOTES DUE 2033")
    listed(BANK, note)
    assert sector("HCXY") == "Financials"
    listed(BIOTECH | {"c19": "530"}, note)
    assert sector("ABX") == "Health Care"
    assert sector("HCXY") == "Financials"


def test_a_unit_that_is_left_makes_no_blank_cheque_of_the_company_that_merged(listed, register):
    unit = line("NVACU", "NORTHVIEW ACQUISITION CORP UNIT 1 CL A & 1/2 WT")
    listed(line("NVAC", "NORTHVIEW ACQUISITION CORP"), unit)
    listed(line("NVAC", "NORTHVIEW MEDICAL INC"), unit)
    assert register("SELECT is_spac FROM stock_details WHERE ticker = 'NVAC'") == [(0,)]


def test_an_override_of_the_old_company_is_not_one_of_the_new(listed, sector):
    header, flags = "region,ticker,field,value,reason\n", ("--overrides", "own.csv")
    Path("own.csv").write_text(header + "US,TEN,sector,45,mine\n")
    listed(TENNECO, flags=flags)
    assert sector("TEN") == "Information Technology"
    outcome = listed(TSAKOS, flags=flags)
    assert sector("TEN") is None
    assert "own.csv line 2: US:TEN passed to another instrument since" in outcome.err
    Path("own.csv").write_text(header + "US,TEN,sector,45,holds for Tsakos too\n")
    assert "passed to another" not in listed(TSAKOS, flags=flags).err
    assert sector("TEN") == "Information Technology"


def test_what_yahoo_did_not_know_of_the_old_company_is_asked_of_the_new(online, register, sector):
    online(TENNECO, knows={})
    assert register("SELECT count(*) FROM unknowns WHERE ticker = 'TEN'") != [(0,)]
    online(TSAKOS, knows={"TEN": ("Tsakos Energy Navigation", "Oil & Gas Midstream")})
    assert sector("TEN") == "Energy"


VONAGE = line("VG", "VONAGE HLDGS CORP", local="보니지 홀딩스")
VENTURE = line("VG", "VENTURE GLOBAL INC", local="벤처 글로벌")
SAID_VONAGE = {"VG": ("Vonage Holdings Corp.", "Telecom Services")}
SAID_VENTURE = {"VG": ("Venture Global, Inc.", "Oil & Gas Midstream")}
AMMO = line("POWW", "AMMO INC", local="애모 뮤니션스")
OUTDOOR = line("POWW", "OUTDOOR HOLDING COMPANY", local="아웃도어 홀딩")


def in_doubt(register: Callable[..., list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return register("SELECT ticker, name FROM listing_periods WHERE ended_at IS NULL")


def test_in_doubt_another_business_tells_another_company(online, sector, register):
    online(VONAGE, knows=SAID_VONAGE)
    assert sector("VG") == "Communication Services"
    outcome = online(VENTURE, knows=SAID_VENTURE, flags=("--profile-budget", 0))
    assert sector("VG") == "Energy"
    assert changes(outcome) == NOTHING | {"changed": 1, "passed": 1}
    assert outcome.region("US")["listing"]["doubtful"] == 0
    assert register("SELECT name, sector FROM listing_periods WHERE ended_at IS NOT NULL") == [
        ("VONAGE HLDGS CORP", "Communication Services")
    ]


@pytest.mark.parametrize("related", ["SER A PFD", "WTS", "6.5% NTS 2030"])
def test_securities_of_an_issuer_in_doubt_go_with_it(online, listed, sector, related):
    preferred = line("VG/A", f"VONAGE HLDGS CORP {related}")
    online(VONAGE, preferred, knows=SAID_VONAGE)
    listed(VENTURE, preferred)
    assert (sector("VG"), sector("VG/A")) == ("Communication Services",) * 2
    online(VENTURE, preferred, knows=SAID_VENTURE)
    assert (sector("VG"), sector("VG/A")) == ("Energy", "Energy")


def test_in_doubt_the_same_business_tells_a_renamed_company(online, sector, register):
    online(AMMO, knows={"POWW": ("AMMO, Inc.", "Aerospace & Defense")})
    outcome = online(OUTDOOR, knows={"POWW": ("Outdoor Holding Company", "Aerospace & Defense")})
    assert sector("POWW") == "Industrials"
    assert changes(outcome)["passed"] == 0
    assert register("SELECT count(*) FROM listing_periods") == [(0,)]
    assert renamed(register) == [("POWW", "AMMO INC", "OUTDOOR HOLDING COMPANY")]


def renamed(register: Callable[..., list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return register("SELECT ticker, before, after FROM changes WHERE field = 'renamed'")


def test_a_key_in_doubt_is_not_told_as_renamed(listed, register):
    listed(VONAGE | {"c19": "810"})
    listed(VENTURE | {"c19": "810"})
    assert in_doubt(register) == [("VG", "VONAGE HLDGS CORP")]
    assert renamed(register) == []
    listed(line("VG", "VERY GREEN ETF", **FUND))
    assert renamed(register) == []
    assert register("SELECT before, after FROM changes WHERE field = 'instrument'") == [
        ("VONAGE HLDGS CORP", "VERY GREEN ETF")
    ]


def test_a_provider_that_lags_behind_is_asked_again(online, sector, register, small_sandbox):
    online(VONAGE, knows=SAID_VONAGE)
    for _ in range(2):
        small_sandbox.yahoo.asked.clear()
        outcome = online(VENTURE, knows=SAID_VONAGE)
        assert small_sandbox.yahoo.asked["profile VG"] == 1
        assert outcome.region("US")["listing"]["doubtful"] == 1
        assert in_doubt(register) == [("VG", "VONAGE HLDGS CORP")]
    assert sector("VG") == "Communication Services"
    online(VENTURE, knows=SAID_VENTURE)
    assert sector("VG") == "Energy"


def test_what_a_provider_still_says_of_the_old_company_is_not_of_the_new(online, sector):
    said = {"TEN": ("Tenneco Inc.", "Auto Parts")}
    online(TENNECO, knows=said)
    online(TSAKOS, knows=said)
    assert sector("TEN") is None
    online(TSAKOS, knows={"TEN": ("Tsakos Energy Navigation", "Oil & Gas Midstream")})
    assert sector("TEN") == "Energy"


@pytest.mark.parametrize("outage", [False, True])
def test_in_doubt_and_nobody_could_be_asked_the_old_classification_stands_as_doubtful(
    online, listed, sector, register, small_sandbox, spock, outage
):
    online(VONAGE, knows=SAID_VONAGE)
    if outage:
        small_sandbox.yahoo.faults.dead = True
        assert online(VENTURE, knows=SAID_VENTURE, flags=("--max-retries", 1)).code == 1
        small_sandbox.yahoo.faults.dead = False
    else:
        outcome = listed(VENTURE)
        assert outcome.region("US")["listing"]["doubtful"] == 1
        assert (
            "1 may have passed to another company"
            in spock("enrich", "--regions", "US", "--kis-master-url", "lists").out
        )
    assert sector("VG") == "Communication Services"
    assert in_doubt(register) == [("VG", "VONAGE HLDGS CORP")]
    assert "in doubt since" in spock("show", "US:VG").out
    assert "in doubt whether they passed to another company: US:VG" in spock("status").out
    assert spock("status", "--json").document["doubtful"] == ["US:VG"]
    assert spock("show", "US:VG", "--json").document["doubt"]["name"] == "VONAGE HLDGS CORP"
    assert "US:VG" in spock("doctor", "--database", "sqlite:///spock.db").out
    online(VENTURE, knows=SAID_VENTURE)
    assert sector("VG") == "Energy"
    assert in_doubt(register) == []


def test_a_doubt_ends_where_the_list_goes_back(listed, sector, register):
    listed(VONAGE | {"c19": "810"})
    listed(VENTURE | {"c19": "810"})
    assert in_doubt(register) == [("VG", "VONAGE HLDGS CORP")]
    assert changes(listed(VONAGE | {"c19": "810"}))["passed"] == 0
    assert register("SELECT count(*) FROM listing_periods") == [(0,)]
    assert sector("VG") == "Communication Services"
    assert renamed(register) == []


def test_a_doubt_ends_where_the_list_names_yet_another_instrument(listed, sector, register):
    listed(VONAGE | {"c19": "810"})
    listed(VENTURE | {"c19": "810"})
    assert changes(listed(line("VG", "VERY GREEN ETF", **FUND)))["passed"] == 1
    assert sector("VG") is None
    assert register("SELECT name, sector, asset_type FROM listing_periods") == [
        ("VONAGE HLDGS CORP", "Communication Services", "STOCK")
    ]


def test_many_in_doubt_are_all_asked_the_same_night(online, register, small_sandbox):
    names = [f"{a}{b} COMPANY" for a in ("ORKLA", "ZENITH", "QUORUM") for b in "ABCDEFG"]
    before = [line(f"DB{i:02}", name) for i, name in enumerate(names)]
    now = [line(f"DB{i:02}", f"NOW{i:02}X INC") for i in range(len(names))]
    said = {one["c4"]: (one["c7"], "Steel") for one in before}
    online(*before, knows=said)
    told = {one["c4"]: (one["c7"], "Steel") for one in now}
    outcome = online(*now, knows=told, flags=("--profile-budget", 0))
    assert outcome.region("US")["listing"]["doubtful"] == 0
    assert in_doubt(register) == []


def test_show_tells_earlier_periods(listed, spock):
    listed(TENNECO)
    listed(TSAKOS)
    out = spock("show", "US:TEN").out
    assert "TENNECO INC" in out
    assert "Consumer Discretionary, by kis" in out
    [period] = spock("show", "US:TEN", "--json").document["earlier"]
    assert (period["period"], period["name"]) == (1, "TENNECO INC")
    assert period["observations"][0]["words"] == {"sector_code": "320"}
    listed(line("TEN", "TEN YEAR BOND ETF", **FUND))
    assert "TSAKOS ENERGY NAVIGATION" in spock("show", "US:TEN").out


def test_a_list_whose_names_are_mixed_up_is_refused(enrich, master_files, register):
    own = read_lines(master_files, "SZS")
    ours = [line for line in own if line.split("\t")[8] == "2"]
    made = [
        with_columns(ours[0], c4=f"9{i:05}", c6=name, c7=name, c19=code)
        for i, (name, code) in enumerate(
            (f"{word}{letter} COMPANY", code)
            for word, code in (("ORKLA", "610"), ("ZENITH", "720"))
            for letter in [a + b for a in "ABCDEFGHIJ" for b in "KLMNOPQRS"]
        )
    ]
    write_lines(master_files, "SZS", [*own, *made])
    assert enrich("--regions", "CN").code == 0
    known = register("SELECT * FROM stock_details ORDER BY ticker")
    parts = [line.split("\t") for line in made]
    shifted = [
        with_columns(line, c6=parts[-i - 1][6], c7=parts[-i - 1][7], c19=parts[-i - 1][19])
        for i, line in enumerate(made)
    ]
    write_lines(master_files, "SZS", [*own, *shifted])
    outcome = enrich("--regions", "CN")
    assert outcome.code == 1
    assert "keys name another instrument than before" in outcome.err
    assert register("SELECT * FROM stock_details ORDER BY ticker") == known
    assert register("SELECT count(*) FROM listing_periods") == [(0,)]
    assert enrich("--regions", "CN", "--accept-shrunk").region("CN")["listing"]["passed"] == 180


REGISTRY = """
from spock_core import DelimitedText, SourceTerms, TableFile, TableRow, hookimpl

class Registry:
    name = counts_as = "registry"
    about = SourceTerms("registry.example", ("US",), ("identifiers",), terms="Free for everybody.")
    def observe(self, market, listings, now):
        return ()
    def files(self, market):
        text = DelimitedText()
        return (TableFile("registry.csv", "https://registry.example/", text, ("code", "cik")),)
    def rows(self, market, tables, listings):
        return [TableRow(row["code"], {}, {"CIK": row["cik"]})
                for table in tables for row in table.rows]
    def claim(self, observation, market):
        return None

@hookimpl
def spock_sources():
    return (Registry(),)
"""


@pytest.fixture
def registered(bring: Bring, listed: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """A run with a table that states the CIK of VG."""
    bring("spock-registry", REGISTRY, entry="registry")
    Path("tables").mkdir()

    def run(*lines: Line, cik: int) -> Outcome:
        Path("tables/registry.csv").write_text(f"code,cik\nVG,{cik}\n")
        return listed(*lines, flags=("--sources", "kis", "registry", "--tables-url", "tables"))

    return run


def test_the_same_issuers_number_settles_a_doubt(registered, register, sector):
    registered(VONAGE | {"c19": "810"}, cik=1272830)
    outcome = registered(VENTURE | {"c19": "810"}, cik=1272830)
    assert outcome.region("US")["listing"]["doubtful"] == 0
    assert register("SELECT count(*) FROM listing_periods") == [(0,)]
    assert sector("VG") == "Communication Services"


def test_another_issuers_number_settles_a_doubt(registered, register):
    registered(VONAGE, cik=1272830)
    assert changes(registered(VENTURE, cik=2007855))["passed"] == 1
    assert register("SELECT value FROM identifiers WHERE ticker = 'VG'") == [("2007855",)]
    [(kept,)] = register("SELECT identifiers FROM listing_periods")
    assert json.loads(kept) == {"CIK": "1272830"}


def test_identifiers_of_the_old_company_are_not_the_new_ones(registered, listed, register):
    registered(VONAGE | {"c19": "810"}, cik=1272830)
    listed(VENTURE)
    assert register("SELECT * FROM identifiers WHERE ticker = 'VG'") == []
    [(kept,)] = register("SELECT identifiers FROM listing_periods")
    assert json.loads(kept) == {"CIK": "1272830"}
