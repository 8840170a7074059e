"""What the words of two sources mean together: they agree, add to each other, or a rule decides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core import AssetType, Claim, Exchange, Judgement, Listing, Market
from spock_core.classification import gics
from spock_core.classification.classify import classify
from spock_core.classification.industry_shares import read_rows
from spock_core.classification.kis_codes import KIS_MEANINGS
from spock_core.classification.rules import RULES, apply_rules
from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Observation
from spock_core.sources.kis.sector_codes import KisSectorCode
from spock_core.sources.yahoo.sources import YahooProfile

MARKET = Market("ZZ", "Nowhere", (Exchange("XXXX", "Nowhere", "ZZD"),))
NOW = datetime(2025, 6, 2, tzinfo=UTC)
RULED = {frozenset(rule.words) for rule in RULES if len(rule.words) > 1}
"""The pairs of words for which there is a rule."""
NAMES = ("A", "NORDIC TANKERS LTD", "SUPER PAYMENTS INC", "X MEDIA GROUP", "U STORAGE TRUST")


def listing(name: str) -> Listing:
    return Listing("ZZ", "A", name, None, "XXXX", None, "ZZD", AssetType.STOCK, 1)


def kis(code: str) -> Claim:
    observation = Observation("ZZ", "A", "kis", {"sector_code": code}, NOW)
    claim = KisSectorCode().claim(observation, MARKET)
    assert claim is not None
    return claim


def yahoo(industry: str) -> Claim:
    words = {"industry": industry, "sector": YAHOO_INDUSTRIES[industry].sector}
    observation = Observation("ZZ", "A", "yahoo-profile", words, NOW)
    claim = YahooProfile().claim(observation, MARKET)
    assert claim is not None
    return claim


@given(
    st.sampled_from(sorted(KIS_MEANINGS)),
    st.sampled_from(sorted(YAHOO_INDUSTRIES)),
    st.sampled_from(NAMES),
)
def test_a_second_word_never_makes_an_answer_worse(code: str, industry: str, name: str):
    stock = listing(name)
    one, other = (classify(stock, MARKET, [claim]) for claim in (kis(code), yahoo(industry)))
    both = classify(stock, MARKET, [kis(code), yahoo(industry)])
    if frozenset((code, industry)) not in RULED:
        assert both.sector in (one.sector, other.sector)
    if one.sector == other.sector:
        assert both.sector == one.sector
        assert (both.sector_confidence or 0) >= (one.sector_confidence or 1)
        assert (both.sector_confidence or 0) >= (other.sector_confidence or 1)
        for alone in (one, other):
            assert both.industry_group or not alone.industry_group
            assert both.industry or not alone.industry
        if one.industry is not None and one.industry == other.industry:
            assert both.industry == one.industry


@given(st.sampled_from(sorted(KIS_MEANINGS)), st.sampled_from(sorted(YAHOO_INDUSTRIES)))
def test_the_order_of_the_sources_changes_nothing(code: str, industry: str):
    claims = [kis(code), yahoo(industry)]
    assert classify(listing("A"), MARKET, claims) == classify(listing("A"), MARKET, claims[::-1])


def test_the_word_that_knows_the_industry_decides_it_inside_the_sector_of_another():
    both = classify(listing("A"), MARKET, [kis("740"), yahoo("Electronic Components")])
    assert both.sector == "Information Technology"
    router = classify(listing("A"), MARKET, [kis("740"), yahoo("Communication Equipment")])
    assert router.industry == "Communications Equipment"
    utility = classify(listing("A"), MARKET, [kis("930"), yahoo("Utilities - Regulated Electric")])
    assert (utility.industry, utility.industry_source) == ("Multi-Utilities", "kis")
    drug = classify(listing("A"), MARKET, [kis("520"), yahoo("Biotechnology")])
    assert (drug.industry, drug.industry_source) == ("Pharmaceuticals", "kis")


def test_a_word_that_leaves_several_industries_open_states_none_of_them():
    found = classify(listing("A"), MARKET, [kis("420")])
    assert (found.industry_group, found.industry) == ("Household & Personal Products", None)
    assert found.industry_confidence is None


def test_two_sources_are_surer_of_an_industry_than_one():
    one = classify(listing("A"), MARKET, [yahoo("Farm & Heavy Construction Machinery")])
    words = [kis("230"), yahoo("Farm & Heavy Construction Machinery")]
    both = classify(listing("A"), MARKET, words)
    assert one.industry == both.industry == "Machinery"
    assert (both.industry_confidence or 0) > (one.industry_confidence or 1)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_rule_with_the_most_conditions_wins_wherever_it_stands(reverse: bool):
    rules = [
        Judgement(("w",), "10", 0.9, "one word"),
        Judgement(("w",), "20", 0.9, "a word and a name", r"\bACME\b"),
        Judgement(("v", "w"), "30", 0.9, "two words and a name", r"\bACME\b"),
    ]
    rules = rules[::-1] if reverse else rules
    v, w = Claim("a", "40", 0.8, "", "v"), Claim("b", "45", 0.8, "", "w")

    def codes(name: str, *claims: Claim) -> list[str]:
        return [claim.gics_code for claim in apply_rules(listing(name), claims, rules)]

    assert codes("OTHER", w) == ["10"]
    assert codes("ACME", w) == ["20"]
    assert codes("ACME", v, w) == ["30"]
    assert sorted(codes("OTHER", v, w)) == ["10", "40"]


def test_the_estimated_shares_of_each_word_add_up_to_one():
    sums: dict[tuple[str, str], float] = {}
    for row in read_rows():
        assert row.industry_code in gics.INDUSTRIES
        sums[row.scheme, row.words] = sums.get((row.scheme, row.words), 0) + row.typical
    assert all(abs(total - 1) < 0.005 for total in sums.values())
    words = {("KIS", code) for code in KIS_MEANINGS} | {
        ("Yahoo", name) for name in YAHOO_INDUSTRIES
    }
    assert sums.keys() == words
