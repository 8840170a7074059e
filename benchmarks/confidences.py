"""Measures the confidences in `kis_codes.py`, `yahoo_industries.py` and the markets' own rows.

    python -m benchmarks.confidences [FOLDER]

Prints each row whose confidence in the code is not the measured one; nothing where all are.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.real_data import DATA, Spoken, register_of, spoken_stocks
from spock_core.classification import gics
from spock_core.domain import Claim

RIGHT, ALL = 1.0, 1.1
"""Added to the counts: few stocks draw a share a little towards ten in eleven."""
HIGHEST = 0.99
UNMEASURED = 0.9
"""Of words that no stock with an official sector has."""

Word = tuple[str, str, str]
"""A source's provider, its word, and the region where a market says what it means there."""


def word_of(stock: Spoken, claim: Claim) -> Word:
    """The row that gave a claim its confidence."""
    own = claim.words in stock.market.kis_meanings and claim.source == "kis"
    return claim.source, claim.words, stock.market.region if own else ""


def measure(stocks: Iterable[Spoken]) -> dict[Word, float]:
    """The share of stocks with a word whose official sector is the one that the word means.

    A word that some market explains for itself is measured there, and over all markets.
    """
    right, total = Counter[Word](), Counter[Word]()
    for stock in stocks:
        for claim in stock.claims:
            own = word_of(stock, claim)
            for word in {own, (*own[:2], "")}:
                total[word] += 1
                right[word] += gics.sector_of(claim.gics_code)[1] == stock.official
    shares = {word: (right[word] + RIGHT) / (total[word] + ALL) for word in total}
    return {word: min(share, HIGHEST) for word, share in shares.items()}


def refitted(stock: Spoken, measured: Mapping[Word, float]) -> list[Claim]:
    """The claims about a stock with these confidences; `UNMEASURED` where a word has none."""
    return [
        claim._replace(confidence=measured.get(word_of(stock, claim), UNMEASURED))
        for claim in stock.claims
    ]


def differences(stocks: Iterable[Spoken]) -> list[tuple[Word, float, float]]:
    """Rows whose confidence in the code is not the measured one: word, in the code, measured."""
    heard = list(stocks)
    measured = measure(heard)
    in_code = {word_of(one, claim): claim.confidence for one in heard for claim in one.claims}
    return [
        (word, confidence, round(measured[word], 2))
        for word, confidence in sorted(in_code.items())
        if abs(confidence - measured[word]) > 0.0101
    ]


def main() -> None:
    """Prints the differences."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    for word, confidence, measured in differences(spoken_stocks(register_of(data), data)):
        print(f"{' '.join(word):60} in the code {confidence:.2f}, measured {measured:.2f}")


if __name__ == "__main__":
    main()
