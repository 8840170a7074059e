"""Measures how many industries Spock states, and how many of them are right, and counts the stocks
of `industry_shares.csv`.

    python -m benchmarks.industries [FOLDER]

Ten-fold cross-validation: the shares with which a stock is placed are counted on other stocks. The
column `typical` of the table was written by a person who had seen these stocks.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import DATA, LabelledStock, register_of, stocks_with_industries
from spock_core.classification.classify import classify
from spock_core.classification.industry_shares import (
    KIS,
    YAHOO,
    Row,
    read_rows,
    shares_by_word,
)
from spock_core.domain import Claim, Classification

FOLDS = 10
SHUFFLES = 3

Word = tuple[str, str]
"""A scheme and its word."""


class Placed(NamedTuple):
    """A stock with its official industry, and what Spock concludes."""

    official: str
    found: Classification


def word_of(claim: Claim) -> Word:
    """Returns the word whose rows in the table gave a claim its shares."""
    return KIS if claim.source == "kis" else YAHOO, claim.words


def counted_rows(stocks: Iterable[LabelledStock]) -> list[Row]:
    """Returns the rows of the table with the numbers of these stocks; official industries of a word
    that the table lacks are added."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for stock in stocks:
        for claim in stock.claims:
            if claim.industries:
                counts[(*word_of(claim), stock.official)] += 1
    rows = [
        row._replace(stocks=counts.pop((row.scheme, row.words, row.industry_code), 0))
        for row in read_rows()
    ]
    return rows + [Row(*key, 0.0, number) for key, number in sorted(counts.items())]


def differences(stocks: Iterable[LabelledStock]) -> list[tuple[Row, int]]:
    """Returns the rows whose number of stocks is another, with the number in the table."""
    in_table = {row[:3]: row.stocks for row in read_rows()}
    return [
        (row, in_table.get(row[:3], 0))
        for row in counted_rows(stocks)
        if row.stocks != in_table.get(row[:3], 0)
    ]


def cross_validated(stocks: Sequence[LabelledStock]) -> Iterator[Placed]:
    """Yields each stock `SHUFFLES` times, placed by the counts of the other folds."""
    for seed in range(SHUFFLES):
        shuffled = list(stocks)
        random.Random(seed).shuffle(shuffled)
        for fold in range(FOLDS):
            training = [stock for i, stock in enumerate(shuffled) if i % FOLDS != fold]
            shares = shares_by_word(counted_rows(training))
            for stock in shuffled[fold::FOLDS]:
                claims = [_with_shares(claim, shares) for claim in stock.claims]
                yield Placed(stock.official, classify(stock.listing, stock.market, claims))


def _with_shares(claim: Claim, shares: Mapping[Word, Mapping[str, float]]) -> Claim:
    return claim._replace(industries=shares.get(word_of(claim), {})) if claim.industries else claim


def stated_and_right(placed: Iterable[Placed]) -> tuple[float, float]:
    """Returns the share of the stocks with a sector of which an industry is stated, and the share
    of the stated industries that are the official ones."""
    with_sector = [one for one in placed if one.found.sector is not None]
    stated = [one for one in with_sector if one.found.industry is not None]
    right = sum(one.found.industry_code == one.official for one in stated)
    return len(stated) / len(with_sector), right / len(stated)


def main() -> None:
    """Prints all measurements."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    stocks = stocks_with_industries(register_of(data), data)
    placed = list(cross_validated(stocks))
    said, right = stated_and_right(placed)
    print(f"industries of {len(stocks)} stocks of the S&P Composite 1500, {FOLDS} folds")
    print(f"  stated for {said:.1%} of those with a sector, {right:.1%} of them right")
    print("\ncalibration: mean confidence, and share of stated industries that are right")
    bands: dict[int, list[Placed]] = {}
    for one in placed:
        if one.found.industry_confidence is not None:
            bands.setdefault(int(10 * one.found.industry_confidence), []).append(one)
    for _, band in sorted(bands.items()):
        mean = sum(one.found.industry_confidence or 0.0 for one in band) / len(band)
        share = sum(one.found.industry_code == one.official for one in band) / len(band)
        print(f"  confidence {mean:.3f}  right {share:.3f}  {len(band) / SHUFFLES:6.0f} stocks")
    for row, number in differences(stocks):
        print(f"{' '.join(row[:3])}: {number} stocks in the table, {row.stocks} counted")


if __name__ == "__main__":
    main()
