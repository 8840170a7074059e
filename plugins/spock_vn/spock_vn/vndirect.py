"""Source `vndirect`: the ICB industries that the broker VNDIRECT publishes of Vietnam's stocks.

The Industry Classification Benchmark, as it was until 2020, has four levels. VNDIRECT has a table
for each of the lower three: supersectors, sectors and subsectors. A code ends in zeros where its
level does: subsector 8355 is in sector 8350 and supersector 8300.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from spock_core import (
    Claim,
    JsonRecords,
    Listing,
    Market,
    Observation,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
)

CODE, NAME, TICKERS = "industryCode", "englishName", "codeList"
"""Headings; the tickers of an industry are separated by commas."""
LEVELS = (4, 3, 2)
"""The most exact first. A stock may be missing from the table of one level."""
FILE = "industry_classification-{level}.json"
ADDRESS = (
    "https://api-finfo.vndirect.com.vn/v4/industry_classification?q=industryLevel:{level}&size=1000"
)
FORMAT = JsonRecords(rows=("data",))

_LONGEST = 200
"""Characters of a word of the table in a reason."""


class Meaning(NamedTuple):
    """What a code means in GICS."""

    gics_code: str
    confidence: float
    """Estimated by comparing the definitions of ICB and GICS: no list of official GICS sectors has
    stocks of Vietnam, so it could not be measured."""
    reason: str
    """What the definitions differ in; empty if it is nothing."""


class Vndirect(TableSource):
    """VNDIRECT's industries as a source."""

    name = "vndirect"
    counts_as = "vndirect"
    about = SourceTerms(
        provider="vndirect",
        regions=("VN",),
        tells=("sector", "industry"),
        terms="VNDIRECT states no terms: for personal use, in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns a table for each level."""
        return tuple(
            TableFile(
                FILE.format(level=level),
                ADDRESS.format(level=level),
                FORMAT,
                (CODE, TICKERS),
                optional=True,
            )
            for level in LEVELS
        )

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the most exact industry of each stock."""
        found: dict[str, dict[str, str]] = {}
        for row in sorted((row for table in tables for row in table.rows), key=_exactness):
            words = {"industry_code": row[CODE], "industry": row.get(NAME, "")}
            said = {word: text for word, text in words.items() if text}
            for ticker in row[TICKERS].split(","):
                if ticker.strip() and "industry_code" in said:
                    found[ticker.strip()] = said
        for ticker, words in sorted(found.items()):
            yield TableRow(ticker, words)

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns what a code means or, if it is unknown, what the level above it means."""
        code = observation.words.get("industry_code", "")
        meaning = meaning_of(code)
        if meaning is None:
            return None
        name = observation.words.get("industry", "")[:_LONGEST]
        reason = f"VNDIRECT: ICB {code} {name}".rstrip()
        if meaning.reason:
            reason = f"{reason}: {meaning.reason}"
        return Claim(self.name, meaning.gics_code, meaning.confidence, reason, f"ICB {code}")


def meaning_of(code: str) -> Meaning | None:
    """Returns what an ICB code means; of an unknown one, what its sector or supersector means."""
    for digits in (4, 3, 2):
        found = meanings().get(code[:digits].ljust(4, "0"))
        if found is not None and len(code) == 4:
            return found
    return None


@cache
def meanings() -> Mapping[str, Meaning]:
    """Returns the meanings by ICB code."""
    text = (files(__package__) / "icb_industries.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Meaning(row["gics_code"], float(row["confidence"]), row["reason"])
        for row in csv.DictReader(text.splitlines())
    }


def _exactness(row: Mapping[str, str]) -> tuple[int, str]:
    """Supersectors first: what a later row says of a stock takes the place of an earlier one's."""
    return len(row[CODE].rstrip("0")), row[CODE]
