"""Measures the confidences that table sources state, against official sectors.

    python -m benchmarks.table_confidences [--data FOLDER] [--write FOLDER]

A source's table gives each of its words a GICS code and a confidence. Most words have one or two
stocks with an official sector, so a word's measured share is drawn towards that of all words of the
source with the same GICS sector. Prints for each source and region the mean confidence that it
states, the share of its claims that are right, and the mean of the measured confidences in ten-fold
cross-validation, and the words whose confidence differs by more than `TOLERANCE`. With `--write`,
each source gets a file with the confidences that its table should state.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import DATA, LabelledStock, labelled_stocks, register_of
from benchmarks.sectors import FOLDS
from benchmarks.table_samples import table_words
from benchmarks.worth import with_tables
from spock_core.classification.gics import sector_of
from spock_core.domain import Claim

PRIOR = 10.0
"""Stocks of the same sector that are added to those of a word."""
HIGHEST = 0.99
TOLERANCE = 0.1
"""Differences that fewer than a dozen stocks cannot tell from chance."""


class Word(NamedTuple):
    """A row of a source's table."""

    source: str
    region: str
    words: str
    gics_code: str

    @property
    def sector(self) -> Word:
        """All words of the source that mean the same sector."""
        return self._replace(words="", gics_code=self.gics_code[:2])


class Labelled(NamedTuple):
    """A claim of a table source about a stock, and whether it names the official sector."""

    word: Word
    stated: float
    right: bool


def labelled_claims(stocks: Iterable[LabelledStock]) -> Iterator[Labelled]:
    """Yields the claims of table sources about stocks with an official sector."""
    for stock in stocks:
        for claim in stock.table_claims:
            right = sector_of(claim.gics_code)[1] == stock.official
            yield Labelled(_word_of(claim, stock.market.region), claim.confidence, right)


def measure(claims: Iterable[Labelled]) -> Mapping[Word, float]:
    """Returns the share of right claims by word, and by sector for words that have none."""
    right, total = Counter[Word](), Counter[Word]()
    for claim in claims:
        for word in {claim.word, claim.word.sector}:
            total[word] += 1
            right[word] += claim.right
    of_sector = {word: (right[word] + 1.0) / (total[word] + 1.1) for word in total}
    return {
        word: min(HIGHEST, (right[word] + PRIOR * of_sector[word.sector]) / (total[word] + PRIOR))
        for word in total
    }


def cross_validated(claims: Sequence[Labelled]) -> Iterator[tuple[Labelled, float]]:
    """Yields each claim with the confidence that claims of the other folds give it."""
    shuffled = list(claims)
    random.Random(0).shuffle(shuffled)
    for fold in range(FOLDS):
        measured = measure(one for i, one in enumerate(shuffled) if i % FOLDS != fold)
        for claim in shuffled[fold::FOLDS]:
            known = measured.get(claim.word, measured.get(claim.word.sector))
            yield claim, claim.stated if known is None else known


def print_calibration(claims: Sequence[Labelled]) -> None:
    """Prints what each source states in each region, and what is measured."""
    groups: dict[tuple[str, str], list[tuple[Labelled, float]]] = defaultdict(list)
    for claim, measured in cross_validated(claims):
        groups[claim.word.source, claim.word.region].append((claim, measured))
    for (source, region), found in sorted(groups.items()):
        number = len(found)
        print(
            f"{source:14} {region}  states {sum(one.stated for one, _ in found) / number:.3f}"
            f"  right {sum(one.right for one, _ in found) / number:.3f}"
            f"  measured {sum(measured for _, measured in found) / number:.3f}  of {number} stocks"
        )


def write_tables(claims: Sequence[Labelled], folder: Path) -> None:
    """Writes a file for each source, with a row for each of its words."""
    measured, number = measure(claims), Counter(claim.word for claim in claims)
    stated = {claim.word: claim.stated for claim in claims}
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted({word.source for word in stated}):
        with (folder / f"{source}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow((*Word._fields, "stated", "measured", "stocks"))
            for word in sorted(word for word in stated if word.source == source):
                writer.writerow((*word, stated[word], f"{measured[word]:.2f}", number[word]))


def _word_of(claim: Claim, region: str) -> Word:
    return Word(claim.source, region, claim.words, claim.gics_code)


def main() -> None:
    """Prints the measurements, and writes the tables if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    stocks = labelled_stocks(register_of(given.data), given.data, silent=True)
    words = table_words(given.data)
    sources = {claim.source for claims in words.claims.values() for claim in claims}
    claims = list(labelled_claims(with_tables(stocks, words, sources)))
    print_calibration(claims)
    stated = {claim.word: claim.stated for claim in claims}
    for word, share in sorted(measure(claims).items()):
        if word in stated and abs(stated[word] - share) > TOLERANCE:
            print(f"{' '.join(word)}: the table states {stated[word]:.2f}, measured {share:.2f}")
    if given.write is not None:
        write_tables(claims, given.write)


if __name__ == "__main__":
    main()
