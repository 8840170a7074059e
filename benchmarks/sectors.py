"""Measures sectors by ten-fold cross-validation.

The confidences with which a stock is classified are measured on other stocks. The rules
(`Judgement`) were written by people who had seen these stocks, so agreement without rules is
printed too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.confidences import measure, with_confidences
from benchmarks.real_data import LabelledStock
from spock_core.classification.classify import classify

FOLDS = 10
SHUFFLES = 3
"""How often the stocks are split into folds, each time in another order."""


class Prediction(NamedTuple):
    """The sector of a stock by confidences that were measured on other stocks."""

    stock: LabelledStock
    sector: str | None
    confidence: float

    @property
    def right(self) -> bool:
        """Whether it is the official sector."""
        return self.sector == self.stock.official


def cross_validated(
    stocks: Sequence[LabelledStock], *, with_rules: bool = True
) -> list[Prediction]:
    """Returns `SHUFFLES` predictions for each stock, from confidences of the other folds."""
    predictions = []
    for seed in range(SHUFFLES):
        shuffled = list(stocks)
        random.Random(seed).shuffle(shuffled)
        for fold in range(FOLDS):
            training = [stock for i, stock in enumerate(shuffled) if i % FOLDS != fold]
            measured = measure(training)
            for stock in shuffled[fold::FOLDS]:
                claims = [*with_confidences(stock, measured), *stock.table_claims]
                if not with_rules:
                    claims = [claim._replace(words="") for claim in claims]
                result = classify(stock.listing, stock.market, claims)
                confidence = result.sector_confidence or 0.0
                predictions.append(Prediction(stock, result.sector, confidence))
    return predictions


def agreement(predictions: Iterable[Prediction]) -> dict[str, tuple[int, int]]:
    """Returns the numbers of right and of all predictions by group.

    The groups are `all`, each region, and `by kis`, `by yahoo` and `by both` by the claims.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for prediction in predictions:
        stock = prediction.stock
        for group in ("all", stock.market.region, f"by {stock.claimed_by}"):
            counts[group][0] += prediction.right
            counts[group][1] += 1
    return {group: (right, total) for group, (right, total) in counts.items()}


def print_sectors(stocks: Sequence[LabelledStock]) -> None:
    """Prints agreement by group, and the calibration of confidences."""
    predictions = cross_validated(stocks)
    without_rules = agreement(cross_validated(stocks, with_rules=False))
    print(f"sectors compared with official GICS sectors: {len(stocks)} stocks, {FOLDS} folds")
    print("            agree    without rules   stocks")
    for group, (right, total) in sorted(agreement(predictions).items()):
        without = without_rules[group][0] / without_rules[group][1]
        print(f"  {group:9} {right / total:.1%}    {without:.1%}  {total // SHUFFLES:17}")
    print("\ncalibration: mean confidence, and share of stocks that agree")
    bands: dict[int, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        bands[min(int(20 * prediction.confidence), 19)].append(prediction)
    for _, band in sorted(bands.items()):
        print(f"  {_calibration(band)}")
    print("\ncalibration by region: mean confidence, and share of stocks that agree")
    regions: dict[str, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        regions[prediction.stock.market.region].append(prediction)
    for region, of_region in sorted(regions.items()):
        print(f"  {region}  {_calibration(of_region)}")


def _calibration(predictions: Sequence[Prediction]) -> str:
    said = [prediction for prediction in predictions if prediction.sector is not None]
    confidence = sum(prediction.confidence for prediction in said) / len(said)
    share = sum(prediction.right for prediction in said) / len(said)
    return f"confidence {confidence:.3f}  agree {share:.3f}  {len(said) / SHUFFLES:6.0f} stocks"
