"""How `spock audit` without a file prints where KIS and Yahoo name other sectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spock_core.classification.gics import SECTORS
from spock_core.cli.commands.audit.official_report import counts, shares_table
from spock_core.reading.audit.agreement import Share
from spock_core.reading.audit.cross_source import PROVIDERS, Between, Word
from spock_core.reporting.tables import table_text

_COLUMNS = ("provider", "words", "means_code", "means", "stocks", "agree", "rate", "other_code",
            "other", "other_stocks", "other_words")  # fmt: skip


class Printed:
    """What differs between the providers, as text, as a document, and as a table."""

    def __init__(self, found: Between) -> None:
        self._found = found
        self._differ = [word for word in found.words if word.differ]

    @property
    def share(self) -> Share:
        """How much agrees."""
        return self._found.share

    def text(self, most: int) -> str:
        """Tables for people, with at most so many words of each provider."""
        if not self._found.share.stocks:
            return "there is no stock yet of which KIS and Yahoo both say a sector"
        parts = [
            "stocks of which KIS and Yahoo both say a sector, and how often it is the same\n\n"
            + shares_table("region", {**self._found.by_region, "all": self._found.share})
        ]
        for provider in PROVIDERS if most else ():
            words = [word for word in self._differ if word.provider == provider]
            parts.append(
                f"words of {provider} that differ most: {min(most, len(words)):,} of "
                f"{len(words):,}\n\n{_words_table(words[:most])}"
            )
        return "\n\n".join(parts)

    def document(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            **counts(self._found.share),
            "by_region": {name: counts(one) for name, one in self._found.by_region.items()},
            "words": [dict(zip(_COLUMNS, _row(word), strict=True)) for word in self._found.words],
        }

    def table(self) -> tuple[Sequence[str], list[Sequence[Any]]]:
        """All words that differ anywhere: columns and rows."""
        return _COLUMNS, [_row(word) for word in self._differ]


def _row(word: Word) -> Sequence[Any]:
    rate = round(word.agree / word.stocks, 4)
    sector, words, number = word.commonest or (None, None, None)
    means = SECTORS[word.gics_code[:2]]
    other = SECTORS[sector] if sector else None
    return (word.provider, word.words, word.gics_code, means, word.stocks, word.agree, rate,
            sector, other, number, words)  # fmt: skip


def _words_table(words: Sequence[Word]) -> str:
    headers = ("words", "means", "stocks", "differ", "agree", "commonest other answer", "stocks ",
               "mostly said as")  # fmt: skip
    rows = [
        (said or "(new)", means, f"{stocks:,}", f"{stocks - agree:,}", f"{100 * rate:.1f} %",
         other, f"{number:,}", other_words or "(new)")
        for _, said, _, means, stocks, agree, rate, _, other, number, other_words in map(
            _row, words
        )
    ]  # fmt: skip
    return table_text(headers, rows, right=("stocks", "differ", "agree", "stocks "))
