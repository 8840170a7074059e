"""Compares two English names of companies: are they one name, one name changed, or two names? Pure.

What comes and goes while a company stays the same does not count: legal forms, abbreviations, the
order of words, plurals, punctuation, spaces, the words that describe the security, and the end of a
name that a list has cut. The word lists below were counted in KIS's US lists of 2022-09; `python -m
benchmarks.listing_periods` prints what they lead to on the lists of 2025-06.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby

from spock_core.classification.company_names import (
    LEGAL_FORMS,
    company,
    issuer_text,
)
from spock_core.classification.periods.spelling import with_one_spelling
from spock_core.domain.text import unaccented


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FORMS = (
    _set("""
    AKTIEBOLAGET AS BDC BV COS CV DE GMBH JSC KGAA NA ORD OYJ PCL PT PTE REPSTG SAB SHS SPA TBK USD1
    """)
    | LEGAL_FORMS
)
"""Legal forms and words for shares; also those that `company_names` does not know, or not where
they are written with spaces (`S A`)."""
_FILLERS = frozenset(("A", "AND", "FOR", "IN", "N", "OF", "ON", "S", "V"))
"""Small words, and the letters that are left of `A/S` and `N.V.` where a list cuts them."""
_STRUCTURE = _set("""
    AMERICA BRAND ENTERPRISE GLOBAL GROUP HOLDCO HOLDING INDUSTRY INTERNATIONAL PARENT PARTNER
    PLATFORM SERVICE SOLUTION SYSTEM TECHNOLOGY US USA VENTURE WORLDWIDE
    """)
"""Words that tell how a company is built and not what it does: renamed companies add and drop
them."""
_COMMON = _STRUCTURE | _set("""
    ACQUISITION ADVANCED AIR ALPHA AMERICAN APPLIED ASSET BANCO BANCORP BANCSHARE BANK BANKSHARE
    BIO BIOMEDICAL BIOPHARMA BIOSCIENCE BIOTECH BIOTECHNOLOGY BIOTHERAPEUTIC BLUE BUSINESS CAP
    CAPITAL CHINA CITIZEN CITY COM COMMERCIAL COMMUNICATION COMMUNITY CONSUMER CREDIT DATA
    DEVELOPMENT DIAGNOSTIC DIGITAL DIVERSIFIED EDUCATION ELECTRIC ELECTRONIC ENERGY ENTERTAINMENT
    ENVIRONMENTAL EQUITY ESTATE FEDERAL FINANCE FINANCIAL FIRST FOOD FUND GAMING GAS GENERAL GOLD
    GOLDEN GREAT GREEN GROWTH HEALTH HEALTHCARE HOME HORIZON HOSPITALITY HOTEL IMPACT INCOME
    INDUSTRIAL INFRASTRUCTURE INSURANCE INVESTMENT INVESTOR LABORATORY LAB LIFE LIFESCIENCE
    LOGISTIC MANAGEMENT MARITIME MATERIAL MEDIA MEDICAL MERGER METAL MIDSTREAM MINERAL MINING
    MOBILE MOBILITY MORTGAGE MOTOR NATIONAL NATURAL NETWORK NEW NORTH NORTHERN OIL ONCOLOGY ONE
    OPPORTUNITY PACIFIC PETROLEUM PHARMA PHARMACEUTICAL POINT POWER PRODUCT PROPERTY PUBLIC REAL
    REALTY REIT RESEARCH RESIDENTIAL RESORT RESOURCE ROYALTY SCIENCE SCIENTIFIC SECURITY
    SEMICONDUCTOR SHIPPING SILVER SOFTWARE SOUTHERN SPAC STAR STEEL STORAGE STREET SUSTAINABLE
    TANKER THERAPEUTIC TRANSITION UNITED UNIVERSAL WATER WESTERN WORLD
    """)
"""Words of so many names that sharing one says nothing."""
_NUMERALS = {"I": "1", "II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8",
             "IX": "9", "XI": "11", "XII": "12"}  # fmt: skip
"""V and X are left out: alone they are rather letters than numbers."""
_LARGEST_NUMBER = 20
"""Larger numbers are years and brands."""
_SHORTEST_CUT = 33
"""Characters of a name that a list may have cut: KIS's lists cut at 35 and at 60."""
_SHORTEST_PREFIX = 4
_SHORTEST_HEAD = 5
"""Letters of an abbreviated first word beside nothing but common words: `Calif Water` is believed
to be California Water, but `Ten Holdings` not to be Tenable Holdings."""
_LONGEST_ACRONYM = 5
_COUNTRY = re.compile(r"\s*\([A-Z]{2}\)\s*$")
_APOSTROPHE = re.compile("['\u2019]")


class Likeness(StrEnum):
    """How much two names have in common."""

    EQUAL = "equal"
    """One name, perhaps spelled otherwise."""
    EXTENDED = "extended"
    """One of the names has words of its own, besides those that they share."""
    RELATED = "related"
    """Both have words of their own, besides those that they share."""
    NUMBERED = "numbered"
    """They share words and have different numbers: the first and the second of a series."""
    APART = "apart"
    """They share nothing that would distinguish a company."""


def likeness(first: str | None, second: str | None) -> Likeness | None:
    """Returns how much two English names have in common; None if there is only one.

    Symmetric.
    """
    if not first or not second:
        return None
    one, other = _comparable(first, second)
    found = _likeness(_unnumbered(one), _unnumbered(other), first, second)
    if _numbers(one) == _numbers(other) or found is Likeness.APART:
        return found
    return Likeness.NUMBERED


def own_words(first: str, second: str) -> set[str]:
    """Returns the words that one of two English names has and the other lacks, in the singular;
    without those that tell how a company is built. Symmetric.
    """
    one, other = _comparable(first, second)
    return (set(one) ^ set(other)) - _STRUCTURE


def may_be_one_company(first: str | None, second: str | None) -> bool:
    """Whether two English names beside one ticker may be those of one company: a table and a list
    write a name in their own ways, and are not of the same moment. Symmetric.
    """
    found = likeness(first, second)
    return found in (Likeness.EQUAL, Likeness.EXTENDED, Likeness.RELATED)


def _likeness(one: list[str], other: list[str], first: str, second: str) -> Likeness:
    if _is_one_name(one, other) or _is_cut(one, other, first, second):
        return Likeness.EQUAL
    shared = set(one) & set(other)
    if shared - _COMMON or (2 * len(shared) >= max(len(one), len(other)) and len(shared) > 1):
        own, others_own = set(one) - shared - _STRUCTURE, set(other) - shared - _STRUCTURE
        return Likeness.RELATED if own and others_own else Likeness.EXTENDED
    if _is_prefix(one[0], other[0]) or _is_acronym(one, other) or _is_acronym(other, one):
        return Likeness.RELATED
    return Likeness.APART


def _comparable(first: str, second: str) -> tuple[list[str], list[str]]:
    """The words of two names, with spaces as the other name has them, without abbreviations and
    slips of spelling."""
    one, other = _words(first), _words(second)
    one, other = _spaced_like(one, other), _spaced_like(other, one)
    one, other = _spelled_out(one, other), _spelled_out(other, one)
    return with_one_spelling(one, other, _COMMON)


def _words(name: str) -> list[str]:
    """The words of a company's name that count, with initials as one word and numbers as digits."""
    text = _APOSTROPHE.sub("", _COUNTRY.sub("", unaccented(name).upper())).replace("&", " ")
    words = _joined_initials(company(text).split())
    head, *rest = [word for word in words if word not in LEGAL_FORMS] or words or [name.upper()]
    rest = [word for word in rest if word not in _FILLERS and word not in _FORMS]
    return [head, *(_NUMERALS.get(word, word) for word in rest)]


def _joined_initials(words: Iterable[str]) -> list[str]:
    """`F N B` as `FNB`: lists write initials with spaces, with points, or as one word."""
    joined: list[str] = []
    for is_initial, group in groupby(words, lambda word: len(word) == 1 and word.isalpha()):
        together = list(group)
        joined += ["".join(together)] if is_initial else together
    return joined


def _spaced_like(words: list[str], other: list[str]) -> list[str]:
    """The words of a name in the singular, joined where the other name writes them as one."""
    known = {_singular(word) for word in other}
    spaced, start = [], 0
    while start < len(words):
        ends = range(len(words), start + 1, -1)
        whole = (end for end in ends if _singular("".join(words[start:end])) in known)
        end = next(whole, start + 1)
        spaced.append(_singular("".join(words[start:end])))
        start = end
    return spaced


def _spelled_out(words: list[str], other: list[str]) -> list[str]:
    """The words of a name, with those spelled out that only abbreviate words of the other name.

    All words that the names do not share must be abbreviations, in their order, and there must be
    two words to compare; the structure of the company may have changed besides.
    """
    shared = set(words) & set(other)
    for ignored in (shared, shared | _STRUCTURE):
        own, others = ([one for one in name if one not in ignored] for name in (words, other))
        long_forms = {
            min(pair, key=len): max(pair, key=len) for pair in zip(own, others, strict=False)
        }
        if (
            len(own) == len(others)
            and len(shared) + len(long_forms) > 1
            and all(_abbreviates(*pair) for pair in long_forms.items())
            and _tells_head(long_forms, (words[0], other[0]), shared)
        ):
            return [long_forms.get(word, word) for word in words]
    return words


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("IES"):
        return word[:-3] + "Y"
    return word[:-1] if len(word) > 3 and word.endswith("S") and not word.endswith("SS") else word


def _numbers(words: list[str]) -> list[str]:
    """The numbers in a name; the first of a series is often not numbered."""
    return sorted(word for word in words[1:] if _is_number(word) and word != "1")


def _unnumbered(words: list[str]) -> list[str]:
    return words[:1] + [word for word in words[1:] if not _is_number(word)]


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= 2 and int(word) <= _LARGEST_NUMBER


def _is_one_name(one: list[str], other: list[str]) -> bool:
    """Whether the words are the same, in any order."""
    return sorted(one) == sorted(other) or "".join(one) == "".join(other)


def _abbreviates(short: str, long: str) -> bool:
    """Whether a word is a word with letters left out, but not its first one. Either may be a
    plural: `MLS` of `MILL`."""
    letters = iter(long + "S")
    return (
        1 < len(short) < len(long)
        and short[0] == long[0]
        and all(letter in letters for letter in short)
    )


def _tells_head(long_forms: dict[str, str], heads: tuple[str, str], shared: set[str]) -> bool:
    """Whether abbreviated first words of two names are sure to be one word."""
    return bool(shared - _COMMON) or all(
        long in _COMMON or len(short) >= _SHORTEST_HEAD
        for short, long in long_forms.items()
        if short in heads or long in heads
    )


def _is_cut(one: list[str], other: list[str], first: str, second: str) -> bool:
    """Whether the longer name begins with the shorter one, which a list may have cut there."""
    (a, raw), (b, _) = sorted(
        (("".join(one), first), ("".join(other), second)), key=lambda pair: (len(pair[0]), pair)
    )
    return len(issuer_text(raw)) >= _SHORTEST_CUT and b.startswith(a)


def _is_prefix(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PREFIX and long.startswith(short) and short not in _COMMON


def _is_acronym(one: list[str], other: list[str]) -> bool:
    """Whether a name begins with the first letters of another one's words."""
    initials = "".join(word[0] for word in other)
    return 1 < len(one[0]) <= _LONGEST_ACRONYM and initials.startswith(one[0])
