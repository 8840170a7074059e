"""Measures how accurate Spock is on real data that is not part of the project.

    python -m benchmarks.accuracy [FOLDER]

Sectors are measured by ten-fold cross-validation: the confidences with which a stock is classified
are measured on other stocks. The rules (`Judgement`) were written by people who had seen these
stocks, so agreement without rules is printed too.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.confidences import measure, with_confidences
from benchmarks.exchange_categories import hkex_name_pairs, hkex_pairs, jpx_pairs
from benchmarks.real_data import (
    DATA,
    LabelledStock,
    Register,
    labelled_stocks,
    read,
    region_of,
    register_of,
)
from benchmarks.table_samples import TableWords, agreement_alone, table_words
from spock_core.classification.classify import classify
from spock_core.classification.company_names import words_of
from spock_core.classification.issuers import SHARES, issuers
from spock_core.classification.rules import apply_rules
from spock_core.domain import StoredListing
from spock_core.domain.stock import StockKey
from spock_core.plugins.loader import load_plugins

FOLDS = 10
SHUFFLES = 3
"""How often the stocks are split into folds, each time in another order."""
_KIND_OF_SHARE = re.compile(r"\b(Common|Ordinary|Class|American)\b")
"""The word in Nasdaq's name of a share at which the company's name has ended."""
US_LABELS = "us-security-labels-2025-06-half.csv"


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
    """Prints agreement by group, the calibration of confidences, and the effect of rules."""
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
        confidence = sum(prediction.confidence for prediction in band) / len(band)
        share = sum(prediction.right for prediction in band) / len(band)
        number = len(band) / SHUFFLES
        print(f"  confidence {confidence:.3f}  agree {share:.3f}  {number:6.0f} stocks")
    print("\nrules: stocks that agree, of the stocks that a rule applies to")
    for reason, (right, total) in sorted(rule_counts(stocks).items()):
        print(f"  {right:3} of {total:3}  {reason}")


def print_tables(stocks: Sequence[LabelledStock], words: TableWords, data: Path) -> None:
    """Prints what each table source is worth: alone, and added to KIS's codes and Yahoo's."""
    print("\ntable sources: stocks that they speak of, and sectors that agree, alone")
    for source, number in sorted(words.matched.items()):
        print(f"  {source:14} {number:6} stocks")
    for (source, region), (right, total) in sorted(agreement_alone(words, data).items()):
        print(f"  {source:14} {region}  {right / total:.1%} of {total}")
    for (region, scheme), number in sorted(words.identified.items()):
        print(f"  {region} {scheme}: {number} stocks")
    print("\nof the stocks with a KIS code or a Yahoo industry, with a table source added")
    claiming = sorted({claim.source for claims in words.claims.values() for claim in claims})
    for added in ((), *((source,) for source in claiming), tuple(claiming)):
        counts = agreement(cross_validated(with_tables(stocks, words, added)))
        shares = "  ".join(
            f"{group} {counts[group][0] / counts[group][1]:.1%}"
            for group in ("US", "CN", "HK", "JP", "all")
            if group in counts
        )
        print(f"  {' and '.join(added) or 'none':14} {shares}")


def with_tables(
    stocks: Iterable[LabelledStock], words: TableWords, sources: Collection[str]
) -> list[LabelledStock]:
    """Returns the stocks with the claims of these table sources added."""
    return [
        stock._replace(
            table_claims=tuple(
                claim
                for claim in words.claims.get(
                    StockKey(stock.listing.region, stock.listing.ticker), ()
                )
                if claim.source in sources
            )
        )
        for stock in stocks
    ]


def rule_counts(stocks: Iterable[LabelledStock]) -> dict[str, tuple[int, int]]:
    """Returns, by a rule's reason, how many stocks it applies to agree, and how many there are."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for stock in stocks:
        before = {claim.reason for claim in stock.claims}
        after = apply_rules(stock.listing, stock.claims, stock.market.judgements)
        result = classify(stock.listing, stock.market, stock.claims)
        for reason in {claim.reason for claim in after} - before:
            counts[reason][0] += result.sector == stock.official
            counts[reason][1] += 1
    return {reason: (right, total) for reason, (right, total) in counts.items()}


def f1_scores(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Returns precision, recall, F1 and number by label, from pairs of true and predicted label."""
    hits, true_counts, predicted_counts = Counter[str](), Counter[str](), Counter[str]()
    for true, predicted in pairs:
        true_counts[true] += 1
        predicted_counts[predicted] += 1
        hits[true] += true == predicted
    scores = {}
    for label, number in sorted(true_counts.items()):
        precision = hits[label] / predicted_counts[label] if predicted_counts[label] else 0.0
        recall = hits[label] / number
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        scores[label] = (precision, recall, f1, number)
    return scores


def type_scores(register: Register, data: Path) -> dict[str, tuple[float, float, float, int]]:
    """Returns `f1_scores` of US security types, and of `SPAC`, against Nasdaq's labels.

    Rows labelled `common?` are left out: Nasdaq calls some depositary receipts common stock (BP,
    Toyota), so these labels are doubtful.
    """
    labels = read(data / US_LABELS)
    scores = f1_scores(
        (row["security_type"], register["US", row["ticker"]]["security_type"])
        for row in labels
        if row["security_type"] != "common?"
    )
    spacs = (
        (row["is_spac"], str(int(bool(register["US", row["ticker"]]["is_spac"]))))
        for row in labels
        if row["is_spac"] in ("0", "1")
    )
    return scores | {"SPAC": f1_scores(spacs)["1"]}


def print_types(register: Register, data: Path) -> None:
    """Prints scores of security types against Nasdaq's labels, HKEX's and JPX's categories."""
    hong_kong = load_plugins().markets["HK"]
    for title, scores in (
        ("US, compared with Nasdaq's labels", type_scores(register, data)),
        ("HK, compared with HKEX's categories", f1_scores(hkex_pairs(register, data))),
        ("HK, by HKEX's short names alone", f1_scores(hkex_name_pairs(hong_kong, data))),
        ("JP, compared with JPX's segments", f1_scores(jpx_pairs(register, data))),
    ):
        print(
            f"\nsecurity types of {title}" + ("" if scores else ": not measured without the list")
        )
        for label, (precision, recall, f1, number) in scores.items():
            measured = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
            print(f"  {label:20} {number:5}  {measured}")


class IssuerMatching(NamedTuple):
    """How well securities are matched with issuers."""

    related: int
    """Stocks by their list that are not shares."""
    with_issuer: int
    """Those of them that are matched with an issuer."""
    compared: int
    """Matches for which Nasdaq names both securities."""
    false: tuple[str, ...]
    """Names of both securities of those matches that seem to be of different companies."""


def issuer_matching(register: Register, data: Path) -> IssuerMatching:
    """Matches the securities of the US with issuers, and compares with Nasdaq's names."""
    market = load_plugins().markets["US"]
    stocks = {
        ticker: StoredListing.read(row)
        for (region, ticker), row in register.items()
        if region == "US" and row["asset_type"] == "STOCK"
    }
    matches = issuers(market, stocks.values())
    related = [ticker for ticker, stock in stocks.items() if stock.security_type not in SHARES]
    names = {row["ticker"]: row["nasdaq_name"] for row in read(data / US_LABELS)}
    compared = [
        (names[ticker], names[issuer])
        for ticker, issuer in matches.items()
        if ticker in names and issuer in names
    ]
    false = tuple(
        f"{name} / {issuer}" for name, issuer in compared if not _is_same_company(name, issuer)
    )
    with_issuer = sum(ticker in matches for ticker in related)
    return IssuerMatching(len(related), with_issuer, len(compared), false)


def _is_same_company(name: str, issuer_share: str) -> bool:
    """Whether a name begins with the first two words of the issuer's name, ignoring spaces."""
    first_words = words_of(_KIND_OF_SHARE.split(issuer_share)[0])[:2]
    return "".join(words_of(name)).startswith("".join(first_words))


def symbol_agreement(register: Register, data: Path) -> tuple[int, int, list[str]]:
    """Returns how many Yahoo symbols are right, how many were compared, and the wrong ones."""
    same, compared, wrong = 0, 0, []
    for profile in read(data / "yahoo-profiles-2022-half.csv"):
        row = register.get((region_of(profile), profile["ticker"]))
        if row is None:
            continue
        compared += 1
        if row["yahoo_symbol"] == profile["yahoo_symbol"]:
            same += 1
        else:
            wrong.append(
                f"{profile['ticker']}: {row['yahoo_symbol']} not {profile['yahoo_symbol']}"
            )
    return same, compared, wrong


def main() -> None:
    """Prints all measurements."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    register = register_of(data)
    print_sectors(labelled_stocks(register, data))
    print_tables(labelled_stocks(register, data), table_words(data), data)
    print_types(register, data)
    matching = issuer_matching(register, data)
    print(
        f"\nissuers of US securities: {matching.with_issuer} of {matching.related} related "
        f"securities are matched; of {matching.compared} matches that Nasdaq names, "
        f"{len(matching.false)} seem false"
    )
    for line in matching.false:
        print(f"  {line}")
    counts = Counter(
        (row["region"], row["sector_source"] or "none")
        for row in register.values()
        if row["asset_type"] == "STOCK"
    )
    print("\nclassified stocks by source, without Yahoo")
    for (region, source), number in sorted(counts.items()):
        print(f"  {region} {source:8} {number:5}")
    same, compared, wrong = symbol_agreement(register, data)
    print(f"\nYahoo symbols: {same} of {compared} are right, {same / compared:.2%}")
    for line in wrong[:12]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
