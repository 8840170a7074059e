"""Measures the confidences in `kis_codes.py`, `yahoo_industries.py` and `Market.kis_meanings`.

    python -m benchmarks.confidences [FOLDER]

Prints each row whose confidence in the code differs from the measured one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.real_data import DATA, LabelledStock, labelled_stocks, register_of
from spock_core.classification import gics
from spock_core.domain import Claim

PRIOR_RIGHT, PRIOR_TOTAL = 1.0, 1.1
"""Pseudo-counts added to the counts, so that the share of few stocks is drawn towards 10/11."""
MAX_CONFIDENCE = 0.99
DEFAULT_CONFIDENCE = 0.9
"""For words of which there is no stock with an official sector."""
TOLERANCE = 0.0101
"""Largest difference that is accepted, since confidences in the code have two digits."""

Word = tuple[str, str, str]
"""A source, its word (a KIS code or a Yahoo industry), and a region if that market has a meaning of
its own for the word, else empty text."""


def word_of(stock: LabelledStock, claim: Claim) -> Word:
    """Returns the word whose row in the code gave a claim its confidence."""
    is_market_own = claim.words in stock.market.kis_meanings and claim.source == "kis"
    return claim.source, claim.words, stock.market.region if is_market_own else ""


def measure(stocks: Iterable[LabelledStock]) -> dict[Word, float]:
    """Returns, by word, the share of its stocks whose official sector is the one it means.

    A word with a meaning of its own in some market is measured there, and over all markets.
    """
    right, total = Counter[Word](), Counter[Word]()
    for stock in stocks:
        for claim in stock.claims:
            source, words, region = word_of(stock, claim)
            for word in {(source, words, region), (source, words, "")}:
                total[word] += 1
                right[word] += gics.sector_of(claim.gics_code)[1] == stock.official
    shares = {word: (right[word] + PRIOR_RIGHT) / (total[word] + PRIOR_TOTAL) for word in total}
    return {word: min(share, MAX_CONFIDENCE) for word, share in shares.items()}


def with_confidences(stock: LabelledStock, measured: Mapping[Word, float]) -> list[Claim]:
    """Returns a stock's claims with the measured confidences, else `DEFAULT_CONFIDENCE`."""
    return [
        claim._replace(confidence=measured.get(word_of(stock, claim), DEFAULT_CONFIDENCE))
        for claim in stock.claims
    ]


def differences(stocks: Iterable[LabelledStock]) -> list[tuple[Word, float, float]]:
    """Returns word, confidence in the code and measured confidence where these differ."""
    stocks = list(stocks)
    measured = measure(stocks)
    in_code = {
        word_of(stock, claim): claim.confidence for stock in stocks for claim in stock.claims
    }
    return [
        (word, confidence, round(measured[word], 2))
        for word, confidence in sorted(in_code.items())
        if abs(confidence - measured[word]) > TOLERANCE
    ]


def main() -> None:
    """Prints the differences."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    for word, confidence, measured in differences(labelled_stocks(register_of(data), data)):
        print(f"{' '.join(word):60} in the code {confidence:.2f}, measured {measured:.2f}")


if __name__ == "__main__":
    main()
