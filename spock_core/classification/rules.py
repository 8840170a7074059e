"""Rules for words that have another meaning together, or beside a name, than on their own.

A rule applies to a stock if its sources stated all words of the rule, and if the stock's name
matches the pattern of the rule, where it has one. The rules are few on purpose: each corrects a
property of the schemes, never a single company. A rule is here if GICS itself published the change
that it follows, or if it passes leave-one-out: whichever stock is left out, the others still have
more right sectors with the rule than without it. `benchmarks/accuracy.py` prints what each rule
changes. A market can add rules of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Claim, Judgement, Listing

_PAYMENTS = r"\bPAYMENTS?\b"

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


def _any_of(
    words: Sequence[tuple[str, ...]],
    gics_code: str,
    confidence: float,
    reason: str,
    name: str = "",
) -> Iterator[Judgement]:
    """One rule for each of several combinations of words."""
    for combination in words:
        yield Judgement(combination, gics_code, confidence, reason, name)


class Rules:
    """Rules for all markets, in their order, found by the last of their words."""

    def __init__(self, rules: Iterable[Judgement]) -> None:
        self._rules = tuple(rules)
        self._positions: dict[str, list[int]] = {}
        for position, rule in enumerate(self._rules):
            self._positions.setdefault(rule.words[-1], []).append(position)

    def __iter__(self) -> Iterator[Judgement]:
        return iter(self._rules)

    def ending_in(self, words: Collection[str]) -> list[Judgement]:
        """Returns the rules whose last word is one of these."""
        positions = sorted(n for word in words for n in self._positions.get(word, ()))
        return [self._rules[position] for position in positions]


_ALL = (
    # GICS has changed since KIS's codes were defined, and Yahoo's industry or the name tells how.
    *_yahoo_is_newer(),
    Judgement(
        ("330", "Electronic Gaming & Multimedia"),
        "502020",
        0.9,
        "game developers moved to Communication Services in 2018",
    ),
    *_any_of(
        [("380", "Discount Stores"), ("380", "Grocery Stores"), ("380", "Food Distribution")],
        "301010",
        0.85,
        "food and general merchandise retailers moved to Staples in 2023",
    ),
    *_any_of(
        [
            ("720",),
            ("Software - Infrastructure",),
            ("Software - Application",),
            ("Information Technology Services",),
            ("Specialty Business Services",),
        ],
        "402010",
        0.9,
        "payments moved to Financials in 2023",
        _PAYMENTS,
    ),
    Judgement(("630", "REIT - Mortgage"), "402040", 0.98, "mortgage REITs are Financials in GICS"),
    Judgement(
        ("630",),
        "402040",
        0.95,
        "mortgage REITs are Financials in GICS",
        r"\b(MORTGAGE|MTGE?)\b",
    ),
    # Together the words are surer than one of them, and leave-one-out confirms it.
    Judgement(
        ("630", "Residential Construction"),
        "252010",
        0.95,
        "companies that build homes for sale are Discretionary",
    ),
    Judgement(
        ("130", "Metal Fabrication"),
        "2010",
        0.75,
        "fabricators of metal parts are Industrials, smelters are Materials",
    ),
    Judgement(
        ("REIT - Industrial",),
        "601080",
        0.95,
        "owners of self-storage are Specialized REITs in GICS",
        r"\bSTORAGE\b",
    ),
)


RULES = Rules(_ALL)


def apply_rules(
    listing: Listing,
    claims: Sequence[Claim],
    of_market: Sequence[Judgement] = (),
    rules: Rules = RULES,
) -> list[Claim]:
    """Returns the claims about a listing, corrected by the rules that apply.

    The claim with the last word of a rule gets the GICS code, confidence and reason of the rule.
    The claims with its other words are removed, or reduced to the flags that they state. Of several
    rules that apply to a claim, the most specific one counts: the one with the most conditions.
    Each word is one, a name is one, and so is the market whose rule it is. Among equally specific
    rules, those of the market count first, and then the order of the others.
    """
    stated = {claim.words for claim in claims}
    candidates = [(_conditions(rule) + 1, rule) for rule in of_market if rule.words[-1] in stated]
    candidates += [(_conditions(rule), rule) for rule in rules.ending_in(stated)]
    result = list(claims)
    if not candidates:
        return result
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
