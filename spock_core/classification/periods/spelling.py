"""Tells one word in two spellings from two words. Pure.

Lists misspell names (`DECISIONPOINT SYSSTEMS` and `ZIM INTEGRATED SHIPPING SERVCES`, in KIS's lists
of 2022-09 and 2025-06) and correct them later, and umlauts are written in two ways (`MUENCHENER`,
`MUNCHENER`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

_SHORTEST = 6
"""Letters of a word that one other letter makes no other word. Shorter ones are often the names of
two companies, such as `ALCON` and `ARCON`."""


def with_one_spelling(
    one: Sequence[str], other: Sequence[str], known: Collection[str]
) -> tuple[list[str], list[str]]:
    """Returns the words of two names, with one spelling for those that differ by a slip.

    Where one of both spellings is a known word, it is taken. Symmetric.
    """
    own, others = (list(dict.fromkeys(words)) for words in (one, other))
    pairs = sorted(
        sorted((word, like))
        for word in own
        if word not in others
        for like in others
        if like not in own and is_slip(word, like)
    )
    spelling: dict[str, str] = {}
    for pair in pairs:
        chosen = min(pair, key=lambda written: (written not in known, written))
        if spelling.keys().isdisjoint(pair):  # a word is a slip of one other
            spelling.update(dict.fromkeys(pair, chosen))
    return [spelling.get(word, word) for word in one], [spelling.get(word, word) for word in other]


def is_slip(one: str, other: str) -> bool:
    """Whether two words of letters alone differ by one letter, which is not the first, or by two
    that stand in each other's place."""
    if min(len(one), len(other)) < _SHORTEST or not (one + other).isalpha() or one[0] != other[0]:
        return False
    shortest = min(len(one), len(other))
    start = next((n for n in range(shortest) if one[n] != other[n]), shortest)
    end = next((n for n in range(shortest - start) if one[-1 - n] != other[-1 - n]), None)
    end = shortest - start if end is None else end
    rest, others_rest = one[start : len(one) - end], other[start : len(other) - end]
    if len(rest) == len(others_rest) == 2:
        return rest == others_rest[::-1]
    return max(len(rest), len(others_rest)) <= 1
