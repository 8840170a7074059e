"""Rules for words that have another meaning together, or beside a name, than on their own.

A rule applies to a stock if its sources stated all words of the rule, and if the stock's name
matches the pattern of the rule, where it has one. The rules are few on purpose: each corrects a
property of the schemes, never a single company. A market can add rules of its own.
`benchmarks/accuracy.py` prints how many stocks each rule decides, and how many of them rightly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Claim, Judgement, Listing

_PAYMENTS = r"\bPAYMENTS?\b"
_TANKERS = r"\b(ENERGY|ENGY|TANKERS?|LNG|LPG|PETROLEUM|CRUDE|OIL)\b"
_METALS = r"\b(STEEL|METALS?|TITANIUM|ALUMIN(I)?UM|COPPER|ALLOYS?|SUPERCONDUCT\w*)\b"


_NO_BUSINESS = ("Capital Markets", "Shell Companies")
"""Industries in which Yahoo puts bitcoin miners and companies that it has not reviewed for long."""


def _yahoo_is_newer() -> Iterator[Judgement]:
    """Rules that prefer any industry of Yahoo's outside of technology to KIS's code for software.

    KIS has not followed the changes of GICS in 2018 and 2023.
    """
    reason = (
        "KIS's software code predates the GICS changes of 2018 and 2023; Yahoo's industry is newer"
    )
    for row in YAHOO_INDUSTRIES.values():
        if row.sector != "Technology" and row.name not in _NO_BUSINESS:
            yield Judgement(("720", row.name), row.gics_code, 0.8, reason)


def _pairs(
    code: str, industries: Sequence[str], gics_code: str, confidence: float, reason: str
) -> Iterator[Judgement]:
    """One rule for each of several of Yahoo's industries beside the same KIS code."""
    for industry in industries:
        yield Judgement((code, industry), gics_code, confidence, reason)


RULES = (
    # KIS's code is too broad, and Yahoo's industry is more specific.
    *_yahoo_is_newer(),
    *_pairs(
        "010",
        ("Utilities - Regulated Gas", "Utilities - Diversified"),
        "551020",
        0.8,
        "gas distributors are Utilities",
    ),
    *_pairs(
        "220", ("Residential Construction",), "252010", 0.85, "home builders are Discretionary"
    ),
    *_pairs(
        "230",
        ("Semiconductors", "Semiconductor Equipment & Materials"),
        "453010",
        0.85,
        "KIS counts makers of semiconductor equipment as makers of machinery",
    ),
    *_pairs(
        "230",
        ("Communication Equipment",),
        "452010",
        0.75,
        "KIS counts some makers of network equipment as makers of machinery",
    ),
    *_pairs(
        "230",
        ("Medical Devices", "Medical Instruments & Supplies"),
        "351010",
        0.8,
        "makers of medical instruments are Health Care",
    ),
    *_pairs("250", ("Medical Distribution",), "351020", 0.85, "drug wholesalers are Health Care"),
    *_pairs("250", ("Food Distribution",), "301010", 0.85, "food wholesalers are Staples"),
    *_pairs("250", ("Oil & Gas Refining & Marketing",), "101020", 0.85, "fuel traders are Energy"),
    *_pairs(
        "260",
        ("Capital Markets",),
        "402030",
        0.85,
        "GICS puts services for one sector into that sector; KIS into commercial services",
    ),
    *_pairs("260", ("Real Estate Services",), "602010", 0.85, "property managers are Real Estate"),
    *_pairs("260", ("Education & Training Services",), "253020", 0.85, "schools are Discretionary"),
    *_pairs("260", ("Diagnostics & Research",), "352030", 0.8, "contract research is Health Care"),
    *_pairs(
        "330",
        ("Electronic Gaming & Multimedia",),
        "502020",
        0.9,
        "game developers moved to Communication Services in 2018",
    ),
    *_pairs(
        "370",
        ("Travel Services",),
        "253010",
        0.8,
        "travel agencies are Discretionary, also those on the internet",
    ),
    *_pairs(
        "380",
        ("Discount Stores", "Grocery Stores", "Food Distribution"),
        "301010",
        0.85,
        "food and general merchandise retailers moved to Staples in 2023",
    ),
    *_pairs("380", ("Medical Distribution",), "351020", 0.85, "drug wholesalers are Health Care"),
    *_pairs(
        "380",
        ("Electronics & Computer Distribution",),
        "452030",
        0.75,
        "electronics distributors are IT in GICS",
    ),
    *_pairs(
        "380",
        ("Real Estate - Development", "Real Estate - Diversified"),
        "602010",
        0.8,
        "former retailers that live off their property are Real Estate",
    ),
    *_pairs(
        "630",
        ("Residential Construction",),
        "252010",
        0.95,
        "companies that build homes for sale are Discretionary",
    ),
    *_pairs(
        "630", ("Lodging", "Resorts & Casinos"), "253010", 0.8, "hotel operators are Discretionary"
    ),
    *_pairs("630", ("REIT - Mortgage",), "402040", 0.98, "mortgage REITs are Financials in GICS"),
    # Yahoo's industry is too broad, and KIS's code is more specific.
    *_pairs(
        "130",
        ("Metal Fabrication",),
        "2010",
        0.75,
        "fabricators of metal parts are Industrials, smelters are Materials",
    ),
    *_pairs(
        "340",
        ("Household & Personal Products",),
        "252010",
        0.8,
        "Yahoo counts makers of appliances and housewares as makers of household products",
    ),
    *_pairs(
        "380",
        ("Household & Personal Products",),
        "2550",
        0.8,
        "Yahoo counts sellers of household products as makers of them",
    ),
    # The name is more specific than the words.
    Judgement(
        ("Metal Fabrication",),
        "151040",
        0.75,
        "companies named after a metal produce it",
        _METALS,
    ),
    Judgement(("280",), "101020", 0.85, "owners of tankers are Energy in GICS", _TANKERS),
    Judgement(
        ("380",),
        "502010",
        0.85,
        "media companies that also sell goods moved to Communication Services in 2018",
        r"\bMEDIA\b",
    ),
    Judgement(
        ("340",),
        "4520",
        0.75,
        "KIS counts makers of displays and devices as makers of household durables",
        r"\b(ELECTRONICS?|TECHNOLOG(Y|IES))\b",
    ),
    Judgement(
        ("REIT - Industrial",),
        "601080",
        0.95,
        "owners of self-storage are Specialized REITs in GICS",
        r"\bSTORAGE\b",
    ),
    Judgement(
        ("630",),
        "402040",
        0.95,
        "mortgage REITs are Financials in GICS",
        r"\b(MORTGAGE|MTGE?)\b",
    ),
    *(
        Judgement((words,), "402010", 0.9, "payments moved to Financials in 2023", _PAYMENTS)
        for words in (
            "720",
            "Software - Infrastructure",
            "Software - Application",
            "Information Technology Services",
            "Specialty Business Services",
        )
    ),
)


_POSITIONS: dict[str, list[int]] = {}
"""The positions in `RULES` of the rules with this last word."""
for _position, _rule in enumerate(RULES):
    _POSITIONS.setdefault(_rule.words[-1], []).append(_position)


def apply_rules(
    listing: Listing, claims: Sequence[Claim], of_market: Sequence[Judgement] = ()
) -> list[Claim]:
    """Returns the claims about a listing, corrected by the rules that apply.

    The claim with the last word of a rule gets the GICS code, confidence and reason of the rule.
    The claims with its other words are removed, or reduced to the flags that they state. Of several
    rules that apply to a claim, the most specific one counts: the one with the most conditions.
    Each word is one, a name is one, and so is the market whose rule it is. Among equally specific
    rules, those of the market count first, and then the order in `RULES`.
    """
    stated = {claim.words for claim in claims}
    positions = sorted(n for words in stated for n in _POSITIONS.get(words, ()))
    candidates = [(_conditions(rule) + 1, rule) for rule in of_market if rule.words[-1] in stated]
    candidates += [(_conditions(rule), rule) for rule in map(RULES.__getitem__, positions)]
    result = list(claims)
    for _, rule in sorted(candidates, key=lambda candidate: -candidate[0]):
        by_words = {claim.words: claim for claim in result}
        if not by_words.keys() >= set(rule.words) or not _matches(rule.name, listing):
            continue
        corrected = by_words[rule.words[-1]]._replace(
            gics_code=rule.gics_code,
            confidence=rule.confidence,
            reason=rule.reason,
            words="",  # so that no other rule applies to it
            weight=1.0,
            industries={},
        )
        result = [*_without(result, rule.words), corrected]
    return result


def _conditions(rule: Judgement) -> int:
    """The number of words that a rule requires, and one for its pattern of a name."""
    return len(rule.words) + bool(rule.name)


def _without(claims: Sequence[Claim], words: Sequence[str]) -> Iterator[Claim]:
    """Yields the claims without those with these words, and what remains of the latter.

    A claim with any but the last word keeps its flags, if it states any.
    """
    for claim in claims:
        if claim.words not in words:
            yield claim
        elif claim.words != words[-1] and (claim.is_spac, claim.is_preferred) != (None, None):
            yield claim._replace(gics_code="", words="")


def _matches(pattern: str, listing: Listing) -> bool:
    return not pattern or bool(_compiled(pattern).search((listing.name or "").upper()))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
