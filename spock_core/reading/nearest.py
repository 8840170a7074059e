"""Finds the instruments that a text with a typing mistake may mean.

Each word of the text is compared with the words of all names, and the text with the tickers: how
many letters must be inserted, left out, replaced or swapped (Damerau-Levenshtein).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from spock_core.domain import AssetType, Market
from spock_core.domain.identifiers import SCHEMES, identifier
from spock_core.domain.stock import StockKey
from spock_core.domain.text import plain
from spock_core.reading.names_of_places import readings_of
from spock_core.store.schema import tickers

NEAR = 5
"""Instruments that are offered."""
_ALIKE = 0.7
"""Share of letters that agree, from which on a word, a name or a ticker is like another."""
_LEAST = 0.4
"""The same of all words of a text together, some of which may be like none."""
_MOST_WORDS = 50
"""Words of names that are compared further for one word of the text."""
_SHORTEST_IDENTIFIER = 7
_WORD = re.compile(r"[^\W_]+")


class _Instrument(NamedTuple):
    region: str
    ticker: str
    name: str | None
    name_local: str | None
    asset_type: str
    is_active: bool

    @property
    def names(self) -> tuple[str, str]:
        """Its names in both languages; empty where it has none."""
        return self.name or "", self.name_local or ""


class _Likeness(NamedTuple):
    """How an instrument is like a text; the smallest is nearest."""

    unlike: float
    """0 for the same."""
    other_letters: bool
    """Whether it is not that letters of the ticker have changed their places."""
    behind: bool
    """Whether the words are further behind in the name."""
    not_a_stock: bool
    gone: bool
    length: int
    """Of the name: short ones first."""
    number: int


def nearest_keys(connection: Connection, text: str, markets: Iterable[Market]) -> list[StockKey]:
    """Returns the instruments whose ticker or names are most similar to a text, the best first.

    An identifier is right or wrong, and is like no other; for it there are none.
    """
    readings = readings_of(text, markets)
    codes = {(code, one.region) for one in readings for code in one.tickers}
    if any(_is_identifier(code) for code, region in codes if region is None):
        return []
    columns = [tickers.c[name] for name in _Instrument._fields]
    query = select(*columns).order_by(tickers.c.region, tickers.c.ticker)
    rows = [_Instrument(*row) for row in connection.execute(query)]
    found: dict[int, _Likeness] = {}
    for number, likeness in [*_by_ticker(codes, rows), *_by_name(text, rows)]:
        found[number] = min(likeness, found.get(number, likeness))
    best = sorted(found.values())[:NEAR]
    return [StockKey(rows[one.number].region, rows[one.number].ticker) for one in best]


def _by_ticker(
    codes: Iterable[tuple[str, str | None]], rows: Sequence[_Instrument]
) -> Iterable[tuple[int, _Likeness]]:
    """Instruments with a similar ticker, in the region that the text names, if it names one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    known = [row.ticker for row in rows]
    for code, region in codes:
        for ticker, alike, number in process.extract(
            code, known, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=None
        ):
            if region in (None, rows[number].region):
                other_letters = sorted(ticker) != sorted(code)
                yield number, _likeness(alike, rows, number, other_letters=other_letters)


def _by_name(text: str, rows: Sequence[_Instrument]) -> Iterable[tuple[int, _Likeness]]:
    """Instruments with a similar name: each word of the text counts as much as the best of a name's
    words is like it."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    wanted = _words(text)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for name in row.names:
            for word in _words_of_name(name):
                holders[word].append(number)
    known = list(holders)
    alike: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(wanted))
    begins: set[int] = set()
    for position, word in enumerate(wanted):
        for like, score, _ in process.extract(
            word, known, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=_MOST_WORDS
        ):
            for number in holders[like]:
                alike[number][position] = max(alike[number][position], score)
                if any(plain(name).startswith(like) for name in rows[number].names):
                    begins.add(number)
    for number, scores in alike.items():
        mean = sum(scores) / len(wanted)
        if mean >= _LEAST:
            yield number, _likeness(mean, rows, number, behind=number not in begins)


def _words_of_name(name: str) -> list[str]:
    """The words of a name, and the first two as one: Coca-Cola is Cocacola to many."""
    words = _words(name)
    return [*words, words[0] + words[1]] if len(words) > 1 else words


def _likeness(
    alike: float,
    rows: Sequence[_Instrument],
    number: int,
    *,
    other_letters: bool = True,
    behind: bool = False,
) -> _Likeness:
    row = rows[number]
    return _Likeness(
        unlike=round(1 - alike, 6),
        other_letters=other_letters,
        behind=behind,
        not_a_stock=row.asset_type != AssetType.STOCK.value,
        gone=not row.is_active,
        length=len(row.name or row.name_local or ""),
        number=number,
    )


def _is_identifier(code: str) -> bool:
    """Whether a text is an identifier; a number alone may be a ticker."""
    if len(code) < _SHORTEST_IDENTIFIER or code.isalpha():
        return False
    schemes = [one for one in SCHEMES if one != "CIK" or not code.isdecimal()]
    return any(identifier(scheme, code) is not None for scheme in schemes)


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text))
