"""Whose an instrument is: symbols and names that fit, and no false family."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core import AssetType, Exchange, Listing, Market
from spock_core.classification.company_names import company, local_company
from spock_core.classification.issuers import issuers
from spock_core.plugins.loader import load_plugins

MARKETS = load_plugins().markets
US = MARKETS["US"]


def stock(ticker: str, name: str, local: str = "", *, market: Market = US) -> Listing:
    listing = Listing(
        market.region, ticker, name, local, "XNYS", "NYS", "USD", AssetType.STOCK, 1, "000"
    )
    return listing._replace(security_type=market.security_type(listing))


@pytest.mark.parametrize(
    ("offshoot", "share"),
    [
        (("MET/E", "METLIFE INC 5.625% NON CUM PFD SER E"), ("MET", "METLIFE INC")),
        (("AACT/UN", "ARES ACQUISITION CORP UNIT 1 CL A & 1/2 WT"), ("AACT", "ARES ACQUISITION")),
        (("WALDW", "WALDENCAST PLC C/WTS 27/07/2027 (TO PUR ORD)"), ("WALD", "WALDENCAST PLC")),
        (("APOS", "APOLLO GLOBAL MANAGEMENT INC 7.625% JR SUB NO"), ("APO", "APOLLO GLOBAL MGMT")),
        (("BRK/B", "BERKSHIRE HATHAWAY INC"), ("BRK/A", "BERKSHIRE HATHAWAY INC")),
        (("GOOGL", "ALPHABET INC"), ("GOOG", "ALPHABET INC")),
        (("RUSHB", "RUSH ENTERPRISES"), ("RUSHA", "RUSH ENTERPRISES")),
        (("DTW", "DTE ENERGY CO 5.25% JR SUB DEBNTRS"), ("DTE", "DTE ENERGY COMPANY")),
        (("HCXY", "HERCULES CAPITAL INC 6.25% NOTES DUE 2033"), ("HTGC", "HERCULES CAPITAL INC")),
        (("MGR", "AFFILIATED MANAGERS GRP 5.875% JR SUBORD NTS"), ("AMG", "AFFILIATED MANAGERS GROUP")),
    ],
)  # fmt: skip
def test_an_offshoot_finds_its_issuer(offshoot, share):
    other = stock("ZZZ", "ZENITH ZEBRAS INC")
    assert issuers(US, [stock(*offshoot), stock(*share), other]) == {offshoot[0]: share[0]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("AAM/A", "APOLLO ASSET MANAGEMENT INC 6.375% PREFERRED"), ("AAM", "AA MISSION ACQUISITION")),
        (("FITB", "FIFTH THIRD BANCORP"), ("FIT", "FITBIT INC")),
        (("KTH", "CORTS TR PECO ENERGY CAP TR III 8% PRF"), ("KT", "KT CORPORATION")),
        (("GRP/UN", "GRANITE REAL ESTATE TR STAPLED UNIT"), ("GRC", "GORMAN RUPP COMPANY")),
        (("CCZ", "COMCAST HOLDINGS CORPORATION 2% CNV PREF"), ("CMCSA", "COMCAST CORP")),
        (("FOXA", "FOX CORP"), ("FOX", "FOX FACTORY HOLDING CORP")),
    ],
)  # fmt: skip
def test_others_tickers_and_names_make_no_family(one, other):
    assert issuers(US, [stock(*one), stock(*other)]) == {}


def test_a_name_that_two_companies_have_is_nobodys():
    note = stock("XYZN", "FIRST UNITED CORP 6% NOTES DUE 2030")
    twins = [stock("ABCD", "FIRST UNITED CORP"), stock("PQRS", "FIRST UNITED CORP")]
    assert issuers(US, [note, *twins]) == {}


def test_lists_mix_names_up_and_english_ones_must_begin_alike():
    unit = stock("GRP/UN", "GRANITE REAL ESTATE TR STAPLED UNIT", "고먼 러프 유닛")
    assert issuers(US, [unit, stock("GRC", "GORMAN RUPP COMPANY", "고먼 러프")]) == {}


def test_the_issuer_of_an_issuer_is_the_issuer():
    listed = [
        stock("UHAL", "U HAUL HOLDING COMPANY"),
        stock("UHAL/B", "U HAUL HOLDING COMPANY"),
        stock("UHALN", "U HAUL HOLDING COMPANY 6% NOTES DUE 2030"),
    ]
    assert set(issuers(US, listed).values()) == {"UHAL"}


@pytest.mark.parametrize(
    ("region", "offshoot", "share"),
    [
        ("JP", ("94345", "SERIES 1 BOND-TYPE CLASS SHARES OF SOFTBANK CORP."), ("9434", "SOFTBANK CORP.")),
        ("HK", ("80700", "TENCENT-R", "텐센트(RMB)"), ("00700", "TENCENT", "텐센트")),
        ("HK", ("04620", "ICBC 20USDPREF"), ("01398", "ICBC")),
    ],
)  # fmt: skip
def test_other_markets_have_families_too(region, offshoot, share):
    market = MARKETS[region]
    listed = [stock(*offshoot, market=market), stock(*share, market=market)]
    assert issuers(market, listed) == {offshoot[0]: share[0]}


@pytest.mark.parametrize(
    ("counter", "share"),
    [
        (("80011", "HANGSENG BANK-R", "항생은행(RMB)"), ("00011", "HANG SENG BANK", "항생은행")),
        (("80291", "CHINARES BEER-R", "화룬맥주(RMB)"), ("00291", "CHINA RES BEER", "화윤맥주")),
        (("89988", "BABA-WR", ""), ("09988", "BABA-W", "알리바바")),
    ],
)
def test_another_counter_is_found_by_its_number_whatever_the_names(counter, share):
    hong_kong = MARKETS["HK"]
    listed = [stock(*counter, market=hong_kong), stock(*share, market=hong_kong)]
    assert issuers(hong_kong, listed) == {counter[0]: share[0]}


def test_any_market_may_have_counters():
    market = Market(
        "ZZ",
        "Z",
        (Exchange("XXXX", "Z", "ZZD"),),
        issuer_tickers=lambda one: (one.ticker.removesuffix("X"),),
        is_counter=lambda one: one.currency == "EUR",
    )
    share, other = stock("ACME", "ACME CO", market=market), stock("ACMEX", "ACM €", market=market)
    assert issuers(market, [share, other]) == {}
    assert issuers(market, [share, other._replace(currency="EUR")]) == {"ACMEX": "ACME"}


def test_a_market_without_a_rule_finds_families_by_name_alone():
    market = Market("ZZ", "Z", (Exchange("XXXX", "Z", "ZZD"),), security_type=US.security_type)
    listed = [stock("A1", "ACME HOLDINGS", market=market), stock("Q9", "ACME HLDGS 6% PFD", market=market)]  # fmt: skip
    assert issuers(market, listed) == {"Q9": "A1"}


NAMES = st.lists(
    st.sampled_from(("ACME", "ZENITH", "CORP", "6% PFD", "UNIT 1 CL A & 1/2 WT", "C/WTS", "5% NOTES")),
    max_size=4,
).map(" ".join)  # fmt: skip
TICKERS = st.from_regex(r"[A-C]{1,3}(/[A-C]{0,2}|[A-CUW])?", fullmatch=True)


@given(st.lists(st.builds(stock, TICKERS, NAMES), unique_by=lambda one: one.ticker, max_size=12))
def test_whatever_is_listed_nobody_is_his_own_issuer_and_no_issuer_has_one(listed: list[Listing]):
    found = issuers(US, listed)
    assert found == issuers(US, list(reversed(listed)))
    assert not found.keys() & set(found.values()), found
    shares = {one.ticker for one in listed if one.security_type in ("common", "depositary_receipt")}
    assert set(found.values()) <= shares


@given(st.text(max_size=200))
def test_a_companys_name_is_a_name_of_it_to_which_nothing_is_added(text: str):
    found = company(text)
    # without its punctuation, more of it may read as words that describe the security: `A-JR`
    assert found.startswith(company(found))
    assert local_company(text) in text


def siblings(listing: Listing) -> tuple[str, ...]:
    """A market's careless guess: every ticker of the same first letters, both ways."""
    return tuple(f"{listing.ticker[:3]}/{letter}" for letter in "ABC")


@given(st.permutations(["MOG/A", "MOG/B", "MOG/C"]))
def test_shares_that_name_each_other_have_one_head(order: list[str]):
    market = Market("ZZ", "Z", US.exchanges, issuer_tickers=siblings)
    listed = [stock(ticker, "MOOG INC", market=market) for ticker in order]
    assert issuers(market, listed) == {"MOG/B": "MOG/A", "MOG/C": "MOG/A"}


def test_an_issuer_that_left_its_list_is_found_unless_another_has_its_place():
    preferred = stock("MET/E", "METLIFE INC 5.625% NON CUM PFD SER E")
    gone = [stock("MET", "METLIFE INC")]
    assert issuers(US, [preferred], gone) == {"MET/E": "MET"}
    assert issuers(US, [preferred, stock("MET", "METALLIC BIOTECH CORP")], gone) == {}
