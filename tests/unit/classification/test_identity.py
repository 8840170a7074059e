"""Whether a key still stands for the same instrument: companies that change, and lists that do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import listing_periods
from benchmarks.real_data import DATA
from spock_core import AssetType, Listing
from spock_core.classification.company_names import _LONG_FORMS
from spock_core.classification.periods.business_words import business_words
from spock_core.classification.periods.identity import (
    Identity,
    identify,
    identify_by_answer,
    identify_by_identifiers,
)
from spock_core.classification.periods.local_names import is_spelled_alike
from spock_core.classification.periods.name_likeness import Likeness, likeness
from spock_core.domain import Classification, with_security_type
from spock_core.plugins.loader import load_plugins

US = load_plugins().markets["US"]
SAME, ANOTHER, DOUBTFUL = Identity.SAME, Identity.ANOTHER, Identity.DOUBTFUL


def listing(name: str | None, code: str = "000", local: str | None = None, kind="STOCK") -> Listing:
    made = Listing("US", "X", name, local, "XNYS", "NYS", "USD", AssetType(kind), 1, code)
    return with_security_type(made, US.security_type(made))


def verdict(before: Listing, now: Listing) -> Identity:
    return identify(before, now, was_spac=US.is_spac(before), is_spac=US.is_spac(now)).identity


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("BARNES GROUP INC", "230"), ("BARRICK MINING CORP", "000")),
        (("TENNECO INC", "320"), ("TSAKOS ENERGY NAVIGATION", "000")),
        (("CALAMP CORP", "740"), ("CAMP4 THERAPEUTICS CORP", "000")),
        (("RADIUS HEALTH INC", "530"), ("RADIUS RECYCLING INC", "000")),
        (("LOGICBIO THERAPEUTICS INC", "530"), ("CONTEXTLOGIC HLDGS INC", "000")),
        (("ABX BANCORP", "610"), ("ALPHA BIOTECH X INC", "000")),
        (("RPT REALTY", "630"), ("RITHM PROPERTY TRUST INC", "000")),
        (("ABX BANCORP 6% CUM PFD SER A",), ("QUITE ANOTHER CO 5% PFD SER A",)),
    ],
)
def test_another_company_is_told_by_its_name_and_by_the_code_that_it_does_not_have(before, now):
    assert verdict(listing(*before), listing(*now)) is ANOTHER
    assert verdict(listing(*now), listing(*before)) is ANOTHER


@pytest.mark.parametrize("kind", ["ETF", "ETN", "ETP", "INDEX", "WARRANT"])
def test_a_stock_is_never_a_fund_whatever_the_name(kind):
    assert verdict(listing("ONE NAME INC"), listing("ONE NAME INC", kind=kind)) is ANOTHER
    assert verdict(listing("ONE NAME INC", kind=kind), listing("ONE NAME INC")) is ANOTHER


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("SPORTSMAP ACQUISITION CORP", "INFRARED CAMERAS HLDGS INC"),
        ("NORTHVIEW ACQUISITION CORP", "NORTHVIEW MEDICAL INC"),
        ("ALFI INC", "CENTURION ACQUISITION CORP"),
        ("SIZZLE ACQUISITION CORP", "SIZZLE ACQUISITION CORP II"),
        ("ARMADA ACQUISITION CORP I UNIT 1 CL A & 1/2 WT",
         "ARMADA ACQUISITION CORP II UNIT 1 CL A & 1/2 WT"),
        ("ALPHA CAP ACQUISITION CO", "A SPAC III ACQUISITION CORP."),
    ],
)  # fmt: skip
def test_a_blank_cheque_company_ends_with_its_name(before, now):
    assert verdict(listing(before), listing(now)) is ANOTHER


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("COOPER COS INC", "510"), ("COOPER COMPANIES INC", "000")),
        (("CAMPBELL SOUP CO", "410"), ("THE CAMPBELLS COMPANY", "000")),
        (("DOMINOS PIZZA INC", "350"), ("DOMINO'S PIZZA INC", "000")),
        (("EVERGY INC", "910"), ("EVERGY INC", "000")),
        (("LINDE PLC", "110"), ("LINDE PLC", "000")),
        (("SHOPIFY INC", "720"), ("SHOPIFY INC CL A", "000")),
        (("HUNT(J.B.)TRANSPORT SERVICES INC",), ("JB HUNT TRANSPORT SVCS",)),
        (("GENERAL ELECTRIC CO", "240"), ("GE AEROSPACE", "240")),
        (("RIOT BLOCKCHAIN INC", "720"), ("RIOT PLATFORMS INC", "720")),
        (("KINIKSA PHARMACEUTICALS LTD", "530"), ("KINIKSA PHARMACEUTICALS INTERNATION", "530")),
        (("TERRA INCOME FUND VI 7% NTS",), ("TERRA INCOME FUND 6 LLC 7% NTS",)),
        (("INVESTCORP INDIA ACQUISITION CORP",), ("INVESTCORP AI ACQUISITION CORP",)),
        (("XOMA CORP",), ("XOMA ROYALTY CORP",)),
        (("SAILPOINT TECHNOLOGIES HLDGS INC", "720"), ("SAILPOINT INC", "000")),
        (("NOVA LTD", "740", "노바"), ("NOVA MINERALS LTD", "740", "노바 미네랄스")),
        (("HARROW HEALTH INC", "520", "해로우"), ("HARROW INC", "000", "해로우")),
    ],
)
def test_a_renamed_company_is_the_same_whatever_became_of_its_code(before, now):
    assert verdict(listing(*before), listing(*now)) is SAME
    assert verdict(listing(*now), listing(*before)) is SAME


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("VONAGE HLDGS CORP",), ("VENTURE GLOBAL INC",)),
        (("RAIN THERAPEUTICS INC",), ("RAIN ENHANCEMENT TECHNOLOGIES",)),
        (("KAR AUCTION SERVICES INC", "260"), ("OPENLANE INC", "260")),
        (("FG FINANCIAL GROUP INC",), ("FUNDAMENTAL GLOBAL INC",)),
        (("NOVA LTD", "740", "노바"), ("NOVA MINERALS LTD", "000", "노바 미네랄스")),
        (("PIONEER CORP", "230"), ("PIONEER BANCORP INC", "000")),
        (("COMPASS MINERALS INTL INC", "130"), ("COMPASS INC", "000")),
        (("ENVIVA PARTNERS LP",), ("ENVIVA THERAPEUTICS INC",)),
        (("ORBIT HLDGS PLC", "720"), ("ORBIT BIOPHARMA PLC", "000")),
        (("KESTREL GROUP INC",), ("KESTREL GOLDFIELDS REALTY INC",)),
    ],
)
def test_names_alone_cannot_decide_where_the_code_does_not_tell(before, now):
    assert verdict(listing(*before), listing(*now)) is DOUBTFUL


def test_the_words_of_sectors_industries_and_their_companies_tell_a_business():
    known = ["ENERGY", "MATERIAL", "HEALTH", "FINANCIAL", "UTILITY", "REALTY", "MEDIA", "RETAIL"]
    known += ["BANCORP", "BIOPHARMA", "NEUROTHERAPEUTIC", "LITHIUM", "CANNABI", "SAVING"]
    assert business_words(known) == sorted(known)
    assert not business_words(["HOLDING", "GROUP", "SOUP", "TECHNOLOGY", "COM", "NOVA", "ROYALTY"])


def test_a_ticker_that_came_back_under_quite_another_name_is_another_companys():
    def came_back(before: Listing, now: Listing) -> Identity:
        return identify(before, now, was_gone=True).identity

    assert came_back(listing("VONAGE HLDGS CORP"), listing("VENTURE GLOBAL INC")) is ANOTHER
    assert came_back(listing("RAIN THERAPEUTICS"), listing("RAIN ENHANCEMENT TECH")) is ANOTHER
    assert came_back(listing("AMMO INC", "330"), listing("OUTDOOR CO", "330")) is DOUBTFUL
    assert came_back(listing("RADIUS HEALTH", "530"), listing("RADIUS INC", "000")) is DOUBTFUL
    assert came_back(listing("XPO LOGISTICS INC", "270"), listing("XPO INC", "270")) is SAME
    assert came_back(listing("LINDE PLC", "110"), listing("LINDE PLC", "000")) is SAME


def test_the_local_name_helps_where_the_english_one_changed():
    local = "헬스케어 리얼티 트러스트"
    before = listing("HEALTHCARE REALTY TRUST INC", "630", local)
    assert verdict(before, listing("HRTI LLC", "630", local)) is SAME
    assert verdict(before, listing("HRTI LLC", "000", local)) is DOUBTFUL
    assert verdict(before, listing("HRTI LLC", "000", "다른 회사")) is ANOTHER


def test_a_list_that_gives_no_name_tells_nothing():
    assert verdict(listing(None), listing("NEW NAME INC")) is SAME


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (("오클라 홀딩스", "610"), ("차코스 에너지", "000"), ANOTHER),
        (("오클라 홀딩스", "000"), ("차코스 에너지", "000"), DOUBTFUL),
        (("오클라 홀딩스", "610"), ("차코스 에너지", "610"), DOUBTFUL),
        (("노바", "740"), ("노바 미네랄스", "000"), DOUBTFUL),
        (("캠벨 수프", "410"), ("캠벨스", "000"), DOUBTFUL),
        (("캠벨 수프", "410"), ("캠벨스", "410"), SAME),
        (("테라 인컴 펀드", "610"), ("테라 인컴 펀드", "000"), SAME),
        (("애보트 래버러토리", "510"), ("애보트 래브러토리스", "000"), SAME),
    ],
)
@pytest.mark.parametrize("name", [None, "", "ONE NAME INC"])
def test_where_an_english_name_is_missing_the_local_names_decide(before, now, expected, name):
    one, other = listing(name, before[1], before[0]), listing("", now[1], now[0])
    assert verdict(one, other) is expected
    assert verdict(other, one) is expected


def test_local_names_in_any_script_tell_of_a_company():
    assert is_spelled_alike("台積電", "台積電")
    assert is_spelled_alike("Газпром нефть", "ГАЗПРОМ НЕФТЬ") is False
    assert not is_spelled_alike("鴻海精密", "台積電")
    assert not is_spelled_alike("삼성전자", "三星電子")
    assert is_spelled_alike("Nestlé", "Nestle") is None
    assert is_spelled_alike("三星電子", "Samsung") is None
    for english in (None, ""):
        before = listing(english, "000", "鴻海精密")
        assert verdict(before, listing(english, "000", "台積電")) is DOUBTFUL
        assert verdict(before, listing(english, "000", "鴻海精密")) is SAME
    before = listing("ORION PRECISION", "000", "鴻海精密")
    assert verdict(before, listing("ORION SEMICONDUCTOR", "000", "鴻海精密")) is SAME
    assert verdict(before, listing("ORION SEMICONDUCTOR", "000", "台積電")) is DOUBTFUL


def test_spellings_in_hangul_vary_and_names_do_not():
    assert is_spelled_alike("애보트 래버러토리", "애보트 래브러토리스")
    assert is_spelled_alike("AO 스미스", "A O 스미스")
    assert not is_spelled_alike("레이디어스 헬스", "레이디어스 리사이클링")
    assert not is_spelled_alike("아메리칸 인터내셔널", "아메리칸 인터내셔널 골드")
    assert is_spelled_alike("테네코", "TENNECO") is None
    assert is_spelled_alike("(가)", "(나)")


WORDS = st.lists(
    st.sampled_from(["ORION", "BLUE", "MINING", "ENERGY", "FIRST", "BANCORP", "ZETA", *_LONG_FORMS]),
    min_size=1, max_size=5,
)  # fmt: skip
FORMS = st.sampled_from(
    ["", " INC", " CORP", " CO LTD", " PLC", " Inc.", ", L.P.", " N.V.", " JSC"]
)
SHARES = st.sampled_from(["", " CL A", " SPON ADR EACH REP 2 ORD", " 5% CUM PFD SER B"])


@given(words=WORDS, forms=st.tuples(FORMS, FORMS), share=SHARES, data=st.data())
def test_form_case_punctuation_and_abbreviations_make_no_other_name(words, forms, share, data):
    name = " ".join(words) + forms[0]
    other = [_LONG_FORMS.get(word, word) if data.draw(st.booleans()) else word for word in words]
    joint = data.draw(st.sampled_from([" ", "  ", "-", ". "]))
    other_name = data.draw(st.sampled_from(["", "THE "])) + joint.join(other) + forms[1]
    if data.draw(st.booleans()):
        other_name = other_name.title()
    assert likeness(name, other_name + share) is Likeness.EQUAL
    assert likeness(other_name + share, name) is Likeness.EQUAL


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("F N B CORP", "FNB CORP"),
        ("F.N.B. CORP", "FNB CORP"),
        ("AT&T INC", "AT & T INC"),
        ("DAVE & BUSTER'S ENTMT INC", "DAVE&BUSTERS ENTERTAINMENT INC"),
        ("GOODYEAR TIRE & RUBBER CO", "GOODYEAR TIRE&RUBBER CO"),
        ("SS&C TECHNOLOGIES HLDGS", "SS & C TECHNOLOGIES HOLDINGS"),
        ("GENERAL MLS INC", "GENERAL MILLS INC"),
        ("HUNT J B TRANS SVCS INC", "J B HUNT TRANSPORT SERVICES INC"),
        ("SMITH A O", "A. O. SMITH CORPORATION"),
        ("U S BANCORP", "US BANCORP"),
        ("ORION S A", "ORION SA"),
        ("SIRIUS XM HOLDINGS INC", "SIRIUSXM HOLDINGS INC"),
        ("J P MORGAN CHASE & CO", "JPMORGAN CHASE & CO"),
        ("AMERN ELEC PWR", "AMERICAN ELECTRIC POWER CO"),
        ("UTD PARCEL SVC", "UNITED PARCEL SERVICE INC"),
        ("CALIF WATER SVC GRP", "CALIFORNIA WATER SERVICE GROUP"),
    ],
)
def test_spaces_initials_and_abbreviations_make_no_other_name(name, other):
    assert likeness(name, other) is Likeness.EQUAL
    assert likeness(other, name) is Likeness.EQUAL


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("TEN HOLDINGS INC", "TENABLE HOLDINGS INC"),
        ("PROS HOLDINGS INC", "PROPETRO HOLDING CORP"),
        ("KALA PHARMACEUTICALS INC", "KALVISTA PHARMACEUTICALS INC"),
        ("WESTAMERICA BANCORP", "WEST BANCORPORATION INC"),
        ("AMERCO", "AMERESCO INC"),
        ("VALE S.A. SPONS ADS REPR 1 COM NPV", "VALERO ENERGY CORP"),
        ("ABB LTD SPON ADR EACH REP 1 ORD SHS", "ABBOTT LABORATORIES"),
    ],
)
def test_a_short_name_is_no_abbreviation_of_every_name_that_has_its_letters(name, other):
    assert likeness(name, other) is not Likeness.EQUAL


INITIALS = st.text(st.sampled_from("BDFGHJMQRW"), min_size=2, max_size=3)
"""Without letters of which legal forms consist."""


@given(
    initials=INITIALS,
    words=st.lists(st.sampled_from(["ORION", "ZETA", "HUNT", "BANCORP"]), max_size=3, unique=True),
    joints=st.tuples(*[st.sampled_from(["", " ", ".", ". ", "&", " & "])] * 2),
    ends=st.tuples(*[st.sampled_from(["", ".", " "])] * 2),
    turned=st.booleans(),
)
def test_initials_may_be_written_with_spaces_points_and_ampersands(
    initials, words, joints, ends, turned
):
    name, other = (
        [joint.join(initials) + end, *words] for joint, end in zip(joints, ends, strict=True)
    )
    if turned:
        other = [*other[1:], other[0]]
    assert likeness(" ".join(name), " ".join(other)) is Likeness.EQUAL


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("MICROSFOT CORP", "MICROSOFT CORPORATION"),
        ("DECISIONPOINT SYSSTEMS INC", "DECISIONPOINT SYSTEMS INC"),
        ("BERKSHIRE HATHWAY INC-CL B", "BERKSHIRE HATHAWAY INC CL B"),
        ("MUENCHENER RUECK", "MÜNCHENER RÜCK AG"),
        ("MUNCHENER RUCK", "MÜNCHENER RÜCK AG"),
        ("NESTLE SA", "Nestlé S.A."),
        ("ORSTED AS", "Ørsted A/S"),
        ("LUKASZ BANK", "Łukasz Bank SA"),
        ("NTT INC", "\uff2e\uff34\uff34, Inc."),
    ],
)
def test_slips_of_spelling_accents_and_widths_make_no_other_name(name, other):
    assert likeness(name, other) is Likeness.EQUAL
    assert likeness(other, name) is Likeness.EQUAL
    assert verdict(listing(name, "230", "가나다"), listing(other, "000", "라마바")) is SAME


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ALCON INC", "ARCON INC"),
        ("RADIANT CORP", "RADIUS CORP"),
        ("CAMP4SA THERAPEUTICS", "CAMP5SA THERAPEUTICS"),
        ("NORTHERN TRUST", "SOUTHERN TRUST"),
    ],
)
def test_two_letters_or_a_letter_of_a_short_word_are_no_slip(name, other):
    assert likeness(name, other) is not Likeness.EQUAL


@given(word=st.text(st.sampled_from("BCDFGHKLM"), min_size=7, max_size=12), data=st.data())
def test_any_one_letter_but_the_first_may_be_wrong(word, data):
    at = data.draw(st.integers(1, len(word) - 2))
    slips = [
        word[:at] + word[at + 1 :],
        word[:at] + data.draw(st.sampled_from("BCDFGHKLM")) + word[at:],
        word[:at] + "Q" + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    for slip in slips:
        assert likeness(f"{word} ORION", f"{slip} ORION") is Likeness.EQUAL
        assert likeness(f"{slip} BANCORP", f"{word} BANCORP") is Likeness.EQUAL


@pytest.mark.parametrize(
    "share",
    ["(R/S)", " (P/S)", " (POST REV SPLT)", "(PST REV SPT)", " NEW(POST REV S", " POST SPLIT",
     " COM USD0.0001", " COM NEW", " ORD SHS NPV", " COMMON STOCK PAR VALUE 0.01", "(REV SPLIT)"],
)  # fmt: skip
def test_what_a_list_adds_after_a_split_makes_no_other_name(share):
    assert likeness("POST HOLDINGS INC" + share, "POST HOLDINGS INC") is Likeness.EQUAL
    assert likeness("REV GROUP INC COM USD0.001", "REV GROUP INC" + share) is Likeness.EQUAL


TEXT = st.text(st.sampled_from("ABCIVX 12&.-/()가나"), max_size=40) | WORDS.map(" ".join)


@given(
    names=st.tuples(TEXT, TEXT),
    codes=st.tuples(*[st.sampled_from(["000", "610", "720", None])] * 2),
    kinds=st.tuples(*[st.sampled_from(["STOCK", "ETF"])] * 2),
)
def test_a_verdict_is_symmetric_and_equal_listings_are_the_same(names, codes, kinds):
    one, other = (
        listing(name, code, name, kind)
        for name, code, kind in zip(names, codes, kinds, strict=True)
    )
    assert verdict(one, one) is SAME
    assert verdict(one, other) is verdict(other, one)


@pytest.mark.skipif(
    not (DATA / listing_periods.BEFORE).exists(), reason=f"the real data is not in {DATA}"
)
def test_on_real_lists_keys_that_passed_are_parted_and_renamed_companies_are_not():
    rows = listing_periods.compared(DATA)
    stocks = [row for row in rows if row.is_stock]
    parted = listing_periods.tickers(stocks, ANOTHER)
    doubtful = listing_periods.tickers(stocks, DOUBTFUL)
    passed, either = listing_periods.PASSED, listing_periods.EITHER
    assert len(parted & passed) >= 0.8 * len(passed)
    assert len((parted | doubtful) & passed) >= 0.9 * len(passed)
    assert len(parted - passed - either) <= 1
    assert len(doubtful) < 0.01 * len(stocks)


BIOTECH = Classification(
    "US", "X", "Health Care", "35", "Pharmaceuticals, Biotechnology & Life Sciences", "3520",
    "Biotechnology", "352010",
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code", "repeated", "expected"),
    [
        ("Venture Global, Inc.", "10", False, ANOTHER),
        ("Vonage Holdings Corp.", "10", False, ANOTHER),
        ("", "351010", False, ANOTHER),
        ("Venture Global, Inc.", "352010", False, SAME),
        ("Venture Global, Inc.", "35", False, SAME),
        ("", "3520", False, SAME),
        ("Venture Global, Inc.", "10", True, SAME),
        ("Vonage Holdings Corp.", "352010", False, DOUBTFUL),
        ("Vonage Holdings Corp.", "10", True, DOUBTFUL),
        ("Venture Global, Inc.", "", False, DOUBTFUL),
    ],
)
def test_the_business_settles_a_doubt_unless_the_provider_lags(told, code, repeated, expected):
    verdict = identify_by_answer(
        "VONAGE HLDGS CORPORATION", "VENTURE GLOBAL INC", told, BIOTECH, code, repeated=repeated
    )
    assert verdict.identity is expected


def test_a_company_of_which_nothing_was_said_is_taken_for_the_same():
    for known in (None, Classification("US", "X")):
        verdict = identify_by_answer("OLD CO", "NEW CO", "New Co", known, "10", repeated=False)
        assert verdict.identity is SAME


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"CIK": "1"}, {"CIK": "1"}, SAME),
        ({"ISIN": "US1", "LEI": "A"}, {"ISIN": "US1", "LEI": "B"}, SAME),
        ({"CIK": "1"}, {"CIK": "2"}, ANOTHER),
        ({"LEI": "A", "ISIN": "US1"}, {"LEI": "B"}, ANOTHER),
        ({"ISIN": "US1"}, {"ISIN": "US2"}, DOUBTFUL),
        ({"CIK": "1"}, {"LEI": "B"}, DOUBTFUL),
        ({}, {"CIK": "1"}, DOUBTFUL),
    ],
)
def test_identifiers_settle_a_doubt_where_they_identify_the_issuer(before, now, expected):
    assert identify_by_identifiers(before, now).identity is expected
