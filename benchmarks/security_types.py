"""Measures security types against Nasdaq's labels, HKEX's categories and JPX's segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.exchange_categories import hkex_name_pairs, hkex_pairs, jpx_pairs
from benchmarks.real_data import US_LABELS, Register, read
from spock_core.plugins.loader import load_plugins


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
