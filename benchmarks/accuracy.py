"""How right Spock is, measured on real data that is not part of the project.

    python -m benchmarks.accuracy [FOLDER]

Sectors are judged by cross-validation: a stock never had a part in the confidences by which it is
classified. (The judgements are a table that people wrote who had seen these stocks: what agreement
is without them is printed beside.) Prints, and asserts nothing: tests hold the floors.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.confidences import measure, refitted
from benchmarks.exchange_categories import hkex_name_pairs, hkex_pairs, jpx_pairs
from benchmarks.real_data import DATA, Register, Spoken, read, region_of, register_of, spoken_stocks
from spock_core.classification.classify import classify
from spock_core.classification.company_names import words_of
from spock_core.classification.issuers import SHARES, issuers
from spock_core.classification.rules import apply_rules
from spock_core.plugins.loader import load_plugins
from spock_core.store.stocks import listing_of

FOLDS = 10
SHUFFLES = 3
"""How often the stocks are dealt into folds anew."""
_KIND_OF_SHARE = re.compile(r"\b(Common|Ordinary|Class|American)\b")
"""Where a share's name at Nasdaq stops being its company's."""


class Answer(NamedTuple):
    """What was concluded of a stock that had no part in the confidences."""

    stock: Spoken
    sector: str | None
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the official sector is the same."""
        return self.sector == self.stock.official


def cross_validated(stocks: Sequence[Spoken], *, judged: bool = True) -> list[Answer]:
    """Every stock, `SHUFFLES` times, classified with what the other folds teach."""
    answers = []
    for seed in range(SHUFFLES):
        dealt = list(stocks)
        random.Random(seed).shuffle(dealt)
        for fold in range(FOLDS):
            others = [one for place, one in enumerate(dealt) if place % FOLDS != fold]
            measured = measure(others)
            for stock in dealt[fold::FOLDS]:
                claims = refitted(stock, measured)
                if not judged:
                    claims = [claim._replace(words="") for claim in claims]
                found = classify(stock.listing, stock.market, claims)
                answers.append(Answer(stock, found.sector, found.sector_confidence or 0.0))
    return answers


def agreement(answers: Iterable[Answer]) -> dict[str, tuple[int, int]]:
    """Right answers and all of them, over all, by region and by who spoke."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in answers:
        for group in ("all", one.stock.market.region, f"by {one.stock.by}"):
            counts[group][0] += one.right
            counts[group][1] += 1
    return {group: (right, total) for group, (right, total) in counts.items()}


def print_sectors(stocks: Sequence[Spoken]) -> None:
    """Agreement by region and by who spoke, how sure the answers were, and what judgements did."""
    answers = cross_validated(stocks)
    plain = agreement(cross_validated(stocks, judged=False))
    print(f"sector against official GICS sectors: {len(stocks)} stocks, {FOLDS} folds")
    print("            agree    without judgements   stocks")
    for group, (right, total) in sorted(agreement(answers).items()):
        without = plain[group][0] / plain[group][1]
        print(f"  {group:9} {right / total:.1%}    {without:.1%}  {total // SHUFFLES:22}")
    print("\nhow sure, and how right")
    sure: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        sure[min(int(20 * one.confidence), 19)].append(one)
    for _, band in sorted(sure.items()):
        said = sum(one.confidence for one in band) / len(band)
        was = sum(one.right for one in band) / len(band)
        print(f"  said {said:.3f}  was {was:.3f}  of {len(band) / SHUFFLES:6.0f}")
    print("\njudgements: stocks that they decide, and rightly")
    for reason, (right, total) in sorted(judged_stocks(stocks).items()):
        print(f"  {right:3} of {total:3}  {reason}")


def judged_stocks(stocks: Iterable[Spoken]) -> dict[str, tuple[int, int]]:
    """By a judgement's reason: stocks that it decides rightly, and all that it decides."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for stock in stocks:
        known = {claim.reason for claim in stock.claims}
        read_as = apply_rules(stock.listing, stock.claims, stock.market.judgements)
        found = classify(stock.listing, stock.market, stock.claims)
        for reason in {claim.reason for claim in read_as} - known:
            counts[reason][0] += found.sector == stock.official
            counts[reason][1] += 1
    return {reason: (right, total) for reason, (right, total) in counts.items()}


def f1_scores(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Precision, recall, F1 and number by label, from pairs of truth and answer."""
    both, truth, answer = Counter[str](), Counter[str](), Counter[str]()
    for true, said in pairs:
        truth[true] += 1
        answer[said] += 1
        both[true] += true == said
    scores = {}
    for label in sorted(truth):
        precision = both[label] / answer[label] if answer[label] else 0.0
        recall = both[label] / truth[label]
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        scores[label] = (precision, recall, f1, truth[label])
    return scores


def type_scores(register: Register, data: Path) -> dict[str, tuple[float, float, float, int]]:
    """Scores of the kinds of US securities against Nasdaq's labels, and of `SPAC`.

    `common?` labels what Nasdaq calls common stock and may be a receipt for it (BP, Toyota): it
    tells nothing of either, so these rows do not count.
    """
    labels = read(data / "us-security-labels-2025-06-half.csv")
    scores = f1_scores(
        (row["security_type"], register["US", row["ticker"]]["security_type"])
        for row in labels
        if row["security_type"] != "common?"
    )
    spacs = [row for row in labels if row["is_spac"] in ("0", "1")]
    said = ((r["is_spac"], str(int(bool(register["US", r["ticker"]]["is_spac"])))) for r in spacs)
    return scores | {"SPAC": f1_scores(said)["1"]}


def print_types(register: Register, data: Path) -> None:
    """Security types against Nasdaq's labels and against the categories of HKEX and JPX."""
    hong_kong = load_plugins().markets["HK"]
    for title, scores in (
        ("US, against Nasdaq's labels", type_scores(register, data)),
        ("HK, against HKEX's categories", f1_scores(hkex_pairs(register, data))),
        ("HK, by HKEX's short names alone", f1_scores(hkex_name_pairs(hong_kong, data))),
        ("JP, against JPX's segments", f1_scores(jpx_pairs(register, data))),
    ):
        print(f"\nsecurity types of {title}" + ("" if scores else ": no workbook to compare with"))
        for label, (precision, recall, f1, number) in scores.items():
            measured = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
            print(f"  {label:20} {number:5}  {measured}")


class Families(NamedTuple):
    """How well issuers are found."""

    offshoots: int
    """Stocks that are no shares."""
    with_issuer: int
    compared: int
    """Families of which Nasdaq names both members."""
    false: tuple[str, ...]
    """Those whose names at Nasdaq are not of one company."""


def families(register: Register, data: Path) -> Families:
    """Families of the US list, against the names that Nasdaq gives."""
    market = load_plugins().markets["US"]
    stocks = {
        ticker: listing_of(row)
        for (region, ticker), row in register.items()
        if region == "US" and row["asset_type"] == "STOCK"
    }
    found = issuers(market, stocks.values())
    offshoots = [one.ticker for one in stocks.values() if one.security_type not in SHARES]
    labels = read(data / "us-security-labels-2025-06-half.csv")
    names = {row["ticker"]: row["nasdaq_name"] for row in labels}
    pairs = [(one, its) for one, its in found.items() if one in names and its in names]
    false = [
        f"{names[one]} / {names[its]}" for one, its in pairs if not _alike(names[one], names[its])
    ]
    return Families(
        len(offshoots), sum(one in found for one in offshoots), len(pairs), tuple(false)
    )


def _alike(name: str, other: str) -> bool:
    """Whether a name begins with the first two words of a share's company, spaces apart."""
    begins = words_of(_KIND_OF_SHARE.split(other)[0])[:2]
    return "".join(words_of(name)).startswith("".join(begins))


def symbol_agreement(register: Register, data: Path) -> tuple[int, int, list[str]]:
    """Stocks whose Yahoo symbol is the rule's, stocks compared, and the first that differ."""
    same, compared, wrong = 0, 0, []
    for row in read(data / "yahoo-profiles-2022-half.csv"):
        found = register.get((region_of(row), row["ticker"]))
        if found is None:
            continue
        compared += 1
        if found["yahoo_symbol"] == row["yahoo_symbol"]:
            same += 1
        else:
            wrong.append(f"{row['ticker']}: {found['yahoo_symbol']} not {row['yahoo_symbol']}")
    return same, compared, wrong


def main() -> None:
    """Prints everything."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    register = register_of(data)
    print_sectors(spoken_stocks(register, data))
    print_types(register, data)
    known = families(register, data)
    print(
        f"\nfamilies in the US half: {known.with_issuer} of {known.offshoots} offshoots have their "
        f"issuer in it; of {known.compared} that Nasdaq names, {len(known.false)} look false"
    )
    for line in known.false:
        print(f"  {line}")
    counts = Counter(
        (row["region"], row["sector_source"] or "nobody")
        for row in register.values()
        if row["asset_type"] == "STOCK"
    )
    print("\nclassified by source, without Yahoo")
    for (region, source), number in sorted(counts.items()):
        print(f"  {region} {source:8} {number:5}")
    same, compared, wrong = symbol_agreement(register, data)
    print(f"\nYahoo symbols: {same} of {compared} as Yahoo has them, {same / compared:.2%}")
    for line in wrong[:12]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
