"""Contracts of what a source's words mean: `claim` answers for any words, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spock_core.domain import Claim, Listing, Market
from spock_core.testing.asked_source import AskedSource, shown
from spock_core.testing.contracts.sources.base import SourceContracts
from spock_core.testing.contracts.sources.known_words import known_words
from spock_core.testing.failures import fail, location_of, time_limit
from spock_core.testing.hostile import HOSTILE_TEXTS, SHORT_WORDS, repeated, words_of_patterns
from spock_core.testing.listings import EXAMPLES

LONGEST = 1_000
"""Characters of the longest word that a register has."""
LONGEST_S = 1.0
"""CPU seconds that a claim may take for one long word."""
ENOUGH = 40
"""Different words that are tried."""

Words = Mapping[str, str]


class ClaimContracts(SourceContracts):
    """The words in a register may be of an older version of the source, or of a hostile table."""

    def test_its_words_mean_what_it_says_that_it_tells(
        self, source: AskedSource, market: Market, stocks: Mapping[str, Listing]
    ) -> None:
        """Each claim is valid, and of a kind that the source states in `about`."""
        about: Any = getattr(source.raw, "about", None)
        for words in different(known_words(source, market, stocks)):
            claim = source.claim(words, market)
            for what in said_by(claim) if claim is not None and about is not None else ():
                if what not in about.tells:
                    fail(
                        f"claim of source {source.name} states {what} for {shown(words)}, and its "
                        f"about tells {', '.join(about.tells)} alone",
                        f"add {what!r} to tells of its SourceTerms",
                    )

    def test_any_words_mean_something_or_nothing_and_always_the_same(
        self, source: AskedSource, market: Market, stocks: Mapping[str, Listing]
    ) -> None:
        """Words that are missing, unknown, mixed, or hostile."""

        def check(words: Words) -> None:
            first = source.claim(words, market)
            if any(source.claim(words, market) != first for _ in range(2)):
                fail(
                    f"claim of source {source.name} returned something else for the same words "
                    f"{shown(words)}",
                    "use nothing but the words and the market to decide: "
                    f"{location_of(source.raw.claim)}",
                )

        for words in hostile_words(different(known_words(source, market, stocks))):
            check(words)
        known = known_words(source, market, stocks)
        EXAMPLES(given(any_words(known))(check))()

    def test_no_word_makes_it_run_away(
        self, source: AskedSource, market: Market, stocks: Mapping[str, Listing]
    ) -> None:
        """A pattern that backtracks through a long word would block the run for hours."""
        known = different(known_words(source, market, stocks))
        patterns = words_of_patterns([type(source.raw).__module__])
        for part in sorted(SHORT_WORDS | patterns | {text for words in known[:3] for text in
                                                     words.values() if text}):  # fmt: skip
            for text in filter(str.isprintable, repeated(part, LONGEST)):
                for words in known[:3]:
                    long = dict.fromkeys(words, text)
                    with time_limit(
                        LONGEST_S,
                        f"claim of source {source.name} took more than {LONGEST_S:g} s for "
                        f"{shown(long)}",
                        "remove repetitions inside a repetition, (A+)+, from its patterns, or cut "
                        f"the words first: {location_of(source.raw.claim)}",
                    ):
                        source.claim(long, market)


def said_by(claim: Claim) -> list[str]:
    """Returns what a claim says, in the words of `SourceTerms.tells`."""
    said = {
        "sector": bool(claim.gics_code),
        "industry": len(claim.gics_code) == 6 or bool(claim.industries),
        "security_type": claim.security_type is not None,
        "spac": claim.is_spac is True,
    }
    return [what for what, is_said in said.items() if is_said]


def different(known: list[Words]) -> list[dict[str, str]]:
    """Returns some of the words, all different."""
    unique = dict.fromkeys(tuple(words.items()) for words in known)
    return [dict(one) for one in unique][:ENOUGH]


def hostile_words(known: Sequence[Words]) -> list[Words]:
    """Returns words as a hostile table leaves them in a register: printable, of bounded length."""
    texts = [text for text in HOSTILE_TEXTS if text.isprintable()]
    spoiled: list[Words] = [{}, {"unheard_of": "x"}]
    for words in known[:3]:
        for key, own in words.items():
            long = (own + "x" * LONGEST)[:LONGEST]
            spoiled += [{**words, key: text} for text in (*texts, long, own * 2, own[:1])]
            spoiled += [{key: own}, {name: text for name, text in words.items() if name != key}]
    return spoiled


def any_words(known: list[Words]) -> st.SearchStrategy[Words]:
    """Returns a strategy for words of which some are known, some are not, and some are missing."""
    keys = sorted({key for words in known for key in words}) or ["word"]
    values = sorted({text for words in known for text in words.values()}) or ["x"]
    printable = st.text(st.characters(exclude_categories=("C", "Z")), max_size=40)
    texts = st.sampled_from(values) | printable | st.sampled_from(values).map(lambda t: t[::-1])
    return st.dictionaries(st.sampled_from(keys), texts)
