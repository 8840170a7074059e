"""The industry inside a sector that is known: what several sources' words together make likely.

A word often leaves several industries open. KIS's 230 covers Machinery and Electrical Equipment,
and Yahoo's *Specialty Industrial Machinery* mostly the former: together they are surer than either.
So each claim states the shares of the industries among the stocks with its words, and the shares of
all claims are multiplied, each divided by the share of the industry among all stocks (naive Bayes).
What decides the sector therefore need not decide the industry inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import prod
from typing import NamedTuple

from spock_core.classification.gics import INDUSTRIES
from spock_core.classification.industry_shares import UNSEEN, share_of_all_stocks
from spock_core.domain import Claim

INDUSTRY, GROUP = 6, 4
"""Digits of the codes."""
LEAST = 0.69
"""An industry or a group that follows from shares is stated if the confidence in it is at least
this. Chosen so that an industry is stated for nine of ten stocks with a sector, of the S&P 1500."""


class Place(NamedTuple):
    """How far into its sector a stock can be placed."""

    code: str
    """GICS code: 6 digits an industry, 4 an industry group, 2 the sector alone."""
    source: str
    """The source whose words alone make this place most likely."""
    confidence: float
    """Estimated share of such stocks that are there, 0 to 1."""


class _Heard(NamedTuple):
    """What of a claim matters for the place, in a form that can be remembered."""

    source: str
    gics_code: str
    confidence: float
    shares: tuple[tuple[str, float], ...]
    """The shares that it states, by industry."""


def place_in_sector(best: Claim, claims: Sequence[Claim], sector_confidence: float) -> Place:
    """Returns the industry of a stock, else its industry group, else its sector.

    `best` decides the sector, with this confidence; if it outweighs all other claims, it decides as
    far as its code goes. `claims` are those of the sources and those that rules have corrected. One
    without shares vouches for its code.

    A place that one claim alone is sure of is not given up because another claim contradicts it:
    then the likelier of the two places is returned, with the low confidence of both together.
    """
    known = best.gics_code if best.weight > 1 else best.gics_code[:2]
    if len(known) == INDUSTRY:
        confidence = best.industries.get(known, sector_confidence)
        return Place(known, best.source, confidence)
    heard = tuple(
        _Heard(one.source, one.gics_code, one.confidence, tuple(one.industries.items()))
        for one in claims
    )
    return _place(known, best.source, heard, sector_confidence)


@lru_cache(maxsize=10_000)
def _place(known: str, source: str, heard: tuple[_Heard, ...], sector_confidence: float) -> Place:
    """Thousands of stocks have the same words: what these mean together is found once."""
    place = Place(known, source, sector_confidence)
    stated = [(claim.source, shares) for claim in heard if (shares := _shares(claim))]
    if not stated:
        return place
    likelihoods = _likelihoods([shares for _, shares in stated])
    everywhere = sum(likelihoods.values())
    inside = {industry: likelihoods[industry] for industry in _industries_in(known)}
    for digits in (INDUSTRY, GROUP):
        sums = {source: _sums(shares, digits, known) for source, shares in stated}
        together = _sums(inside, digits, known)
        code = max(together, key=lambda code: (together[code], code))
        share = together[code] / everywhere
        surest = max([share, *(sum_ for by_code in sums.values() for sum_ in by_code.values())])
        vouched = any(not claim.shares and claim.gics_code[:digits] == code for claim in heard)
        if digits > len(known) and (vouched or surest * sector_confidence >= LEAST):
            source = max(sums, key=lambda source: (sums[source].get(code, 0), source))
            return Place(code, source, round(share * sector_confidence, 3))
    return place


def _likelihoods(stated: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The likelihood of each industry, given what each claim states, in the order of the codes."""
    expected = _expected(len(stated))
    seen = {industry for shares in stated for industry in shares if industry in expected}
    return {
        **_unseen_likelihoods(len(stated)),
        **{
            industry: prod(shares.get(industry, UNSEEN) for shares in stated) / expected[industry]
            for industry in seen
        },
    }


@cache
def _unseen_likelihoods(claims: int) -> Mapping[str, float]:
    """The likelihood of each industry if none of so many claims states a share of it."""
    unseen = prod([UNSEEN] * claims)
    return {industry: unseen / expected for industry, expected in _expected(claims).items()}


@cache
def _expected(claims: int) -> Mapping[str, float]:
    """What the product of the shares of so many claims is divided by, of each industry."""
    return {industry: share_of_all_stocks(industry) ** (claims - 1) for industry in INDUSTRIES}


@cache
def _industries_in(code: str) -> tuple[str, ...]:
    """The industries of a sector, of an industry group, or of an industry."""
    return tuple(industry for industry in INDUSTRIES if industry.startswith(code))


def _sums(by_industry: Mapping[str, float], digits: int, known: str) -> dict[str, float]:
    """The sums of the numbers of industries inside `known` by the first digits of their codes."""
    sums: dict[str, float] = defaultdict(float)
    for code, number in by_industry.items():
        if code.startswith(known):
            sums[code[:digits]] += number
    return sums


def _shares(claim: _Heard) -> Mapping[str, float]:
    """The shares of the industries among the stocks with the words of a claim; empty if it states
    no more than a sector.

    A claim without shares states the industries of its code, each with an equal part of its
    confidence.
    """
    if claim.shares or len(claim.gics_code) < GROUP:
        return dict(claim.shares)
    industries = _industries_in(claim.gics_code)
    return {industry: claim.confidence / len(industries) for industry in industries}
