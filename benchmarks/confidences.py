"""Measures the confidences in `kis_codes.py`, `yahoo_industries.py` and `Market.kis_meanings`, and
the factors in `Market.reliability`.

    python -m benchmarks.confidences [FOLDER]

Prints each of them that differs from the measured one.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import DATA, PROVIDERS, LabelledStock, labelled_stocks, register_of
from spock_core.classification import gics
from spock_core.domain import Claim

PRIOR_RIGHT, PRIOR_TOTAL = 1.0, 1.1
"""Pseudo-counts added to the counts, so that the share of few stocks is drawn towards 10/11."""
PRIOR_EXPECTED = 10.0
"""Stocks that are added to a provider's right and expected ones in a region, so that the factor of
few stocks is drawn towards 1."""
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


class Measured(NamedTuple):
    """What stocks with an official sector say of the sources' words."""

    shares: Mapping[Word, float]
    """By word, the share of its stocks whose official sector is the one it means."""
    factors: Mapping[tuple[str, str], float]
    """By provider and region, how much surer or less sure its words are there."""


def measure(stocks: Iterable[LabelledStock]) -> Measured:
    """Measures words over all markets, those with a meaning of their own in some market there too,
    and providers by region.
    """
    stocks = list(stocks)
    shares = _shares(stocks)
    right: dict[tuple[str, str], int] = defaultdict(int)
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for stock in stocks:
        for claim in stock.claims:
            group = PROVIDERS[claim.source], stock.market.region
            expected[group] += shares[word_of(stock, claim)]
            right[group] += gics.sector_of(claim.gics_code)[1] == stock.official
    factors = {
        group: min(1.0, (right[group] + PRIOR_EXPECTED) / (number + PRIOR_EXPECTED))
        for group, number in expected.items()
    }
    return Measured(shares, factors)


def _shares(stocks: Iterable[LabelledStock]) -> dict[Word, float]:
    right, total = Counter[Word](), Counter[Word]()
    for stock in stocks:
        for claim in stock.claims:
            source, words, region = word_of(stock, claim)
            for word in {(source, words, region), (source, words, "")}:
                total[word] += 1
                right[word] += gics.sector_of(claim.gics_code)[1] == stock.official
    shares = {word: (right[word] + PRIOR_RIGHT) / (total[word] + PRIOR_TOTAL) for word in total}
    return {word: min(share, MAX_CONFIDENCE) for word, share in shares.items()}


def with_confidences(stock: LabelledStock, measured: Measured) -> list[Claim]:
    """Returns a stock's claims with the measured confidences, else `DEFAULT_CONFIDENCE`."""
    region = stock.market.region
    return [
        claim._replace(
            confidence=measured.shares.get(word_of(stock, claim), DEFAULT_CONFIDENCE)
            * measured.factors.get((PROVIDERS[claim.source], region), 1.0)
        )
        for claim in stock.claims
    ]


def as_stated(stock: LabelledStock) -> list[Claim]:
    """Returns a stock's claims with the confidences in the code."""
    factors = stock.market.reliability
    return [
        claim._replace(confidence=claim.confidence * factors.get(PROVIDERS[claim.source], 1.0))
        for claim in stock.claims
    ]


class Difference(NamedTuple):
    """A number in the code that differs from the measured one."""

    name: str
    in_code: float
    measured: float


def differences(stocks: Iterable[LabelledStock]) -> Iterator[Difference]:
    """Yields the confidences of words and the factors of providers that differ."""
    stocks = list(stocks)
    measured = measure(stocks)
    in_code = {
        word_of(stock, claim): claim.confidence for stock in stocks for claim in stock.claims
    }
    for word, confidence in sorted(in_code.items()):
        if abs(confidence - measured.shares[word]) > TOLERANCE:
            yield Difference(" ".join(word), confidence, measured.shares[word])
    markets = {stock.market.region: stock.market for stock in stocks}
    for (provider, region), factor in sorted(measured.factors.items()):
        stated = markets[region].reliability.get(provider, 1.0)
        if abs(stated - factor) > TOLERANCE:
            yield Difference(f"reliability of {provider} in {region}", stated, factor)


def main() -> None:
    """Prints the differences."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    for name, in_code, measured in differences(labelled_stocks(register_of(data), data)):
        print(f"{name:60} in the code {in_code:.2f}, measured {measured:.2f}")


if __name__ == "__main__":
    main()
