"""What Spock concludes from claims, and what the table of KIS codes says."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core import (
    AssetType,
    Claim,
    Exchange,
    Judgement,
    KisMeaning,
    Listing,
    Market,
    SecurityType,
)
from spock_core.classification import gics
from spock_core.classification.claims import read_claim
from spock_core.classification.classify import classify
from spock_core.classification.kis_codes import KIS_MEANINGS
from spock_core.classification.rules import RULES, apply_rules
from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Observation
from spock_core.sources.kis.sector_codes import KisSectorCode
from tests.support.project import SHARED

MARKET = Market("ZZ", "Nowhere", (Exchange("XXXX", "Nowhere", "ZZD"),))
CODES = sorted([*gics.SECTORS, *gics.INDUSTRY_GROUPS, *gics.INDUSTRIES])


def listing(**values) -> Listing:
    return Listing("ZZ", "A", "A", None, "XXXX", None, "ZZD", AssetType.STOCK, 1)._replace(**values)


def test_the_taxonomy_is_whole():
    assert (len(gics.SECTORS), len(gics.INDUSTRY_GROUPS), len(gics.INDUSTRIES)) == (11, 25, 74)
    assert all(code[:2] in gics.SECTORS for code in gics.INDUSTRY_GROUPS)
    assert all(code[:4] in gics.INDUSTRY_GROUPS for code in gics.INDUSTRIES)


def test_every_kis_code_has_one_row_with_a_reason():
    assert len(KIS_MEANINGS) == 41
    for row in KIS_MEANINGS.values():
        assert gics.is_gics_code(row.gics_code)
        assert row.reason
        assert 0.5 < row.confidence < 1


def test_a_code_that_cannot_decide_alone_claims_no_more_than_a_sector():
    for code in ("630", "720"):
        assert len(KIS_MEANINGS[code].gics_code) == 2
        assert "cannot decide alone" in KIS_MEANINGS[code].reason


def test_the_surest_claim_decides_whatever_the_order():
    claims = [
        Claim("b", "40", 0.8, ""),
        Claim("a", "401010", 0.8, ""),
        Claim("c", "45", 0.7, ""),
    ]
    found = {classify(listing(), MARKET, order) for order in permutations(claims)}
    assert [(one.sector_source, one.industry) for one in found] == [("a", "Banks")]


@given(
    st.lists(
        st.builds(
            Claim, st.sampled_from("abc"), st.sampled_from(CODES), st.floats(0, 1), st.just("")
        )
    )
)
def test_sector_group_and_industry_never_contradict_each_other(claims: list[Claim]):
    found = classify(listing(), MARKET, claims)
    assert (found.sector is None) == (not claims)
    if found.sector_code:
        assert gics.SECTORS[found.sector_code] == found.sector
    if found.industry_group_code:
        assert found.industry_group_code.startswith(str(found.sector_code))
    if found.industry_code:
        assert found.industry_code.startswith(str(found.industry_group_code))
        assert found.industry_source in {claim.source for claim in claims}


def test_a_source_that_agrees_may_tell_more():
    kis, yahoo = Claim("kis", "2010", 0.94, ""), Claim("yahoo-screener", "201060", 0.9, "")
    found = classify(listing(), MARKET, [kis, yahoo])
    assert (found.sector_source, found.industry) == ("kis", "Machinery")
    assert found.industry_source == "yahoo-screener"
    assert 0.94 < float(found.sector_confidence or 0) < 1


def test_a_source_that_agrees_makes_surer_and_one_that_contradicts_less_sure():
    kis = Claim("kis", "2010", 0.9, "")
    alone = classify(listing(), MARKET, [kis])
    agreed = classify(listing(), MARKET, [kis, Claim("yahoo-screener", "20", 0.8, "")])
    doubted = classify(listing(), MARKET, [kis, Claim("yahoo-screener", "45", 0.8, "")])
    sure = [float(found.sector_confidence or 0) for found in (doubted, alone, agreed)]
    assert sure == sorted(sure)
    assert len(set(sure)) == 3
    assert alone.sector_confidence == 0.9


def test_a_claim_that_weighs_less_yields_to_one_that_is_a_little_less_sure():
    kis, yahoo = Claim("kis", "20", 0.9, ""), Claim("yahoo-screener", "45", 0.95, "", weight=0.9)
    assert classify(listing(), MARKET, [kis, yahoo]).sector_source == "kis"


def test_what_is_said_of_an_issuer_outweighs_what_is_said_of_its_preferred_share():
    issuer = Claim("issuer", "551010", 0.93, "", weight=2.0)
    own = Claim("kis", "452020", 0.99, "")
    found = classify(listing(), MARKET, [own, issuer])
    assert (found.sector, found.sector_source) == ("Utilities", "issuer")
    assert found.sector_confidence == 0.93


def test_a_source_that_disagrees_may_not():
    kis, yahoo = Claim("kis", "2010", 0.94, ""), Claim("yahoo-screener", "452030", 0.9, "")
    found = classify(listing(), MARKET, [kis, yahoo])
    assert (found.sector, found.industry) == ("Industrials", None)


def test_flags_follow_the_security_type_and_the_markets_rule():
    market = Market("ZZ", "Z", MARKET.exchanges, is_spac=lambda one: "SPAC" in str(one.name))
    spac = classify(listing(name="A SPAC"), market, [])
    assert (spac.is_spac, spac.is_preferred) == (True, False)
    preferred = classify(listing(security_type=SecurityType.PREFERRED), market, [])
    assert (preferred.is_spac, preferred.is_preferred) == (False, True)


def test_a_flag_is_what_the_surest_source_that_tells_it_says():
    market = Market("ZZ", "Z", MARKET.exchanges, is_spac=lambda one: "SPAC" in str(one.name))
    merged = Claim("yahoo-screener", "352010", 0.99, "", is_spac=False)
    assert classify(listing(name="A SPAC"), market, [merged]).is_spac is False
    corrected = Claim("override", "", 1.0, "", weight=float("inf"), is_spac=True)
    found = classify(listing(name="A SPAC"), market, [merged, corrected])
    assert (found.is_spac, found.sector_source) == (True, "yahoo-screener")


def test_who_names_a_business_is_believed_before_who_names_a_shell():
    shell = Claim("yahoo-profile", "40", 0.98, "", "Shell Companies", is_spac=True)
    business = Claim("kis", "45", 0.7, "", "720", is_spac=False)
    for claims in ([shell, business], [business, shell]):
        assert classify(listing(), MARKET, claims).is_spac is False


def test_what_a_judgement_overrules_still_tells_that_there_is_a_business():
    code = Claim("kis", "60", 0.8, "", "630", is_spac=False)
    builder = Claim("yahoo-profile", "252010", 0.9, "", "Residential Construction")
    found = classify(listing(name="SOME ACQUISITION CORP"), MARKET, [code, builder])
    assert (found.sector, found.is_spac) == ("Consumer Discretionary", False)


def test_a_claim_without_weight_stands_only_where_nobody_else_speaks():
    other_class = Claim("issuer", "403010", 0.99, "", weight=0.0)
    own = Claim("kis", "401010", 0.6, "")
    alone = classify(listing(), MARKET, [other_class])
    assert (alone.industry, alone.sector_confidence) == ("Insurance", 0.99)
    both = classify(listing(), MARKET, [other_class, own])
    assert (both.industry, both.sector_confidence) == ("Banks", 0.6)


def test_a_market_may_say_what_a_code_means_there():
    own = KisMeaning("610", "Banks", "4020", 0.6, "here they are brokers")
    market = Market("ZZ", "Z", MARKET.exchanges, kis_meanings={"610": own})
    seen = Observation("ZZ", "A", "kis", {"sector_code": "610"}, None)  # type: ignore[arg-type]
    claim = KisSectorCode().claim(seen, market)
    assert claim is not None
    assert (claim.gics_code, claim.confidence) == ("4020", 0.6)


def test_an_unlisted_kis_code_is_kept_and_means_nothing_yet():
    seen = Observation("ZZ", "A", "kis", {"sector_code": "999"}, None)  # type: ignore[arg-type]
    assert KisSectorCode().claim(seen, MARKET) is None


REFERENCE = SHARED / "reference" / "kis-sector-codes.csv"


@pytest.mark.skipif(not REFERENCE.exists(), reason="../shared/reference is not here")
def test_confidences_are_the_measured_shares():
    with REFERENCE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kis_code"] != "000"]
    assert {row["kis_code"] for row in rows} == set(KIS_MEANINGS)
    for row in rows:
        sector, _, right = row["first"].rpartition(" ")
        known = int(row["with_official_gics"])
        meaning = KIS_MEANINGS[row["kis_code"]]
        assert gics.sector_of(meaning.gics_code)[1] == sector
        # Sectors are revised: of each word one stock may have moved since these were counted.
        one_stock = 1 / (known + 1.1)
        assert abs(meaning.confidence - (int(right) + 1) / (known + 1.1)) < 0.0101 + one_stock


def said(source: str, words: str, code: str, confidence: float) -> Claim:
    return Claim(source, code, confidence, "", words)


def test_every_judgement_is_about_words_that_are_said_and_has_a_reason():
    known = KIS_MEANINGS.keys() | YAHOO_INDUSTRIES.keys()
    for row in RULES:
        assert set(row.words) <= known, row
        assert gics.is_gics_code(row.gics_code)
        assert row.reason
        assert 0.5 < row.confidence < 1
        re.compile(row.name)


def test_two_words_together_may_mean_what_neither_means_alone():
    kis, yahoo = (
        said("kis", "130", "151040", 0.92),
        said("yahoo-screener", "Metal Fabrication", "201060", 0.7),
    )
    assert classify(listing(), MARKET, [kis]).sector == "Materials"
    both = classify(listing(), MARKET, [kis, yahoo])
    assert (both.sector, both.sector_source) == ("Industrials", "yahoo-screener")


def test_a_name_may_tell_what_a_code_does_not():
    code = said("kis", "720", "45", 0.7)
    named = classify(listing(name="GMO Payment Gateway Inc"), MARKET, [code])
    assert (named.sector, named.industry, named.sector_source) == (
        "Financials",
        "Financial Services",
        "kis",
    )
    assert (
        classify(listing(name="Prepayments United"), MARKET, [code]).sector
        == "Information Technology"
    )
    assert classify(listing(name=None), MARKET, [code]).sector == "Information Technology"


def test_a_markets_own_judgement_comes_first():
    own = Judgement(("720",), "35", 0.9, "here it is another thing")
    market = replace(MARKET, judgements=(own,))
    code = said("kis", "720", "45", 0.7)
    assert classify(listing(name="X Payments"), market, [code]).sector == "Health Care"
    assert classify(listing(name="X Payments"), MARKET, [code]).sector == "Financials"


@given(st.permutations([("kis", "130", "151040", 0.92), ("y", "Metal Fabrication", "201060", 0.7)]))
def test_the_order_of_claims_changes_no_judgement(order):
    claims = [said(*one) for one in order]
    assert [one.gics_code for one in apply_rules(listing(), claims) if one.gics_code] == ["2010"]


def test_a_provider_that_is_less_sure_in_a_market_is_believed_less_there():
    market = Market("ZZ", "Z", MARKET.exchanges, reliability={"kis": 0.5})
    kis = KisSectorCode()
    said = Observation("ZZ", "AAA", "kis", {"sector_code": "610"}, datetime.now(UTC))
    elsewhere = read_claim(said, MARKET, {"kis": kis})
    here = read_claim(said, market, {"kis": kis})
    assert elsewhere is not None
    assert here == elsewhere._replace(confidence=elsewhere.confidence * 0.5)


@pytest.mark.parametrize("factors", [{"kis": 0}, {"kis": 1.5}, {"": 0.9}, {"kis": "sure"}, 0.9])
def test_a_market_states_factors_by_provider(factors):
    with pytest.raises(ValueError, match=r"reliability is .* give factors above 0, at most 1"):
        Market("ZZ", "Z", MARKET.exchanges, reliability=factors)
