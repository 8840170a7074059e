"""The output of `spock audit` without a file: where KIS and Yahoo lead to different sectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from spock_core.classification.gics import SECTORS
from spock_core.cli.commands.audit.official_report import counts, shares_table
from spock_core.reading.audit.agreement import Share
from spock_core.reading.audit.cross_source import PROVIDERS, CrossSource, Word
from spock_core.reporting.tables import fitted_table


class _Row(NamedTuple):
    """One word; the fields are the columns of the CSV file and the keys of the document."""

    provider: str
    words: str
    means_code: str
    means: str
    stocks: int
    agree: int
    rate: float
    other_code: str | None
    other: str | None
    other_stocks: int | None
    other_words: str | None


class CrossSourceReport:
    """The differences between the providers as text, as a document, and as a table."""

    def __init__(self, result: CrossSource) -> None:
        self._result = result
        self._different = [word for word in result.words if word.differ]

    @property
    def share(self) -> Share:
        """The share of stocks that agree."""
        return self._result.share

    def text(self, most: int) -> str:
        """Returns tables for people, with at most `most` words of each provider."""
        if not self._result.share.stocks:
            return "no stock yet has a sector from both KIS and Yahoo"
        parts = [
            "stocks with a sector from both KIS and Yahoo, and how often it is the same\n\n"
            + shares_table("region", {**self._result.by_region, "all": self._result.share})
        ]
        for provider in PROVIDERS if most else ():
            words = [word for word in self._different if word.provider == provider]
            parts.append(
                f"words of {provider} that differ most: {min(most, len(words)):,} of "
                f"{len(words):,}\n\n{_words_table(words[:most])}"
            )
        return "\n\n".join(parts)

    def document(self) -> dict[str, Any]:
        """Returns the whole result as plain values for JSON."""
        by_region = self._result.by_region
        return {
            **counts(self._result.share),
            "by_region": {name: counts(share) for name, share in by_region.items()},
            "words": [_row(word)._asdict() for word in self._result.words],
        }

    def table(self) -> tuple[Sequence[str], list[Sequence[Any]]]:
        """Returns the columns and rows of all words that differ for any stock."""
        return _Row._fields, [_row(word) for word in self._different]


def _row(word: Word) -> _Row:
    sector, other_words, number = word.commonest or (None, None, None)
    return _Row(
        provider=word.provider,
        words=word.words,
        means_code=word.gics_code,
        means=SECTORS[word.gics_code[:2]],
        stocks=word.stocks,
        agree=word.agree,
        rate=round(word.agree / word.stocks, 4),
        other_code=sector,
        other=SECTORS[sector] if sector else None,
        other_stocks=number,
        other_words=other_words,
    )


def _words_table(words: Sequence[Word]) -> str:
    """Returns a table of words that differ. An industry that this version does not know is new."""
    headers = ("words", "means", "stocks", "differ", "agree", "most frequent other", "stocks ",
               "mostly from")  # fmt: skip
    rows = [
        (
            row.words or "(new)",
            row.means,
            f"{row.stocks:,}",
            f"{row.stocks - row.agree:,}",
            f"{100 * row.rate:.1f} %",
            row.other,
            f"{row.other_stocks:,}",
            row.other_words or "(new)",
        )
        for row in map(_row, words)
    ]
    return fitted_table(headers, rows, right=("stocks", "differ", "agree", "stocks "))
