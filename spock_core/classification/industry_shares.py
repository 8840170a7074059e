"""How the stocks with a KIS code or a Yahoo industry are distributed over the GICS industries.

The numbers are in `industry_shares.csv`, one row for each word and industry:

* `typical`: the share of the industry that follows from the definitions of the word and of GICS,
  estimated by a person; those of one word add up to 1.
* `stocks`: the stocks with the word whose official industry this is, counted in half of the
  S&P Composite 1500 (`benchmarks/industries.py` counts them again and prints rows that differ).

Both are combined as if `TYPICAL_STOCKS` stocks had been counted for the estimate.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from spock_core.classification.gics import INDUSTRIES

KIS, YAHOO = "KIS", "Yahoo"
"""The schemes of words."""
TYPICAL_STOCKS = 16
"""Weight of the estimated shares of a word, in stocks. Chosen by cross-validation; 8 to 30 give the
same agreement."""
UNSEEN = 0.0005
"""Share of an industry that neither the estimate nor the count of a word has."""


class Row(NamedTuple):
    """One industry of one word."""

    scheme: str
    words: str
    industry_code: str
    typical: float
    stocks: int


def shares_by_word(rows: Iterable[Row]) -> dict[tuple[str, str], dict[str, float]]:
    """Returns the shares of the industries, by code, of each scheme and word."""
    counts: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        weight = TYPICAL_STOCKS * row.typical + row.stocks
        counts[row.scheme, row.words][row.industry_code] = weight
    return {
        word: {code: weight / sum(weights.values()) for code, weight in weights.items()}
        for word, weights in counts.items()
    }


def industry_shares(scheme: str, words: str) -> Mapping[str, float]:
    """Returns the shares of the industries among the stocks with this word; empty if unknown."""
    return _tables()[0].get((scheme, words), {})


def share_of_all_stocks(industry_code: str) -> float:
    """Returns the share of an industry among all stocks that were counted."""
    return _tables()[1][industry_code]


@cache
def read_rows() -> tuple[Row, ...]:
    """Returns the rows of `industry_shares.csv`."""
    text = (files(__package__) / "industry_shares.csv").read_text(encoding="utf-8")
    return tuple(
        Row(
            row["scheme"],
            row["words"],
            row["industry_code"],
            float(row["typical"]),
            int(row["stocks"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _tables() -> tuple[dict[tuple[str, str], dict[str, float]], dict[str, float]]:
    rows = read_rows()
    counts = Counter(dict.fromkeys(INDUSTRIES, 2))
    for row in rows:
        if row.scheme == YAHOO:
            counts[row.industry_code] += row.stocks
    total = counts.total()
    return shares_by_word(rows), {code: count / total for code, count in counts.items()}
