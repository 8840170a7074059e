"""Source `jpx`: the list of issues that the Tokyo Stock Exchange publishes each month.

It has the market segment, which tells the kind of security together with the name, and the industry
of each issue, by the 33 sectors of the Securities Identification Code Committee, and its size. The
33 sectors are cut otherwise than GICS's, so what they say of a sector counts only where no other
source says anything.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from spock_core import (
    AssetType,
    Claim,
    Listing,
    Market,
    Observation,
    SecurityType,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
    Workbook,
)

CODE, SEGMENT, SECTOR = "コード", "市場・商品区分", "33業種コード"
"""Headings: the issue's code, its market segment or product, and its sector of 33."""
WORDS = {
    "segment": SEGMENT,
    "sector_33": SECTOR,
    "sector_33_name": "33業種区分",
    "sector_17": "17業種コード",
    "size": "規模区分",
    "name": "銘柄名",
}
"""Headings by the name of the word. All but segment and sector may be missing."""
FILE = "data_j.xls"
ADDRESS = f"https://www.jpx.co.jp/markets/statistics-equities/misc/tvdivq0000001vg2-att/{FILE}"
NONE = "-"
FUNDS = "REIT・ベンチャーファンド・カントリーファンド・インフラファンド"
"""The segment of REITs, and of a few infrastructure funds."""
REITS_ARE = "6010"
"""GICS industry group of equity REITs."""
REIT_CONFIDENCE = 0.92
"""Share of the segment's issues that are REITs: 57 of 62 in 2025-05. All 19 of them with an
official sector are in Real Estate."""
ONLY_ALONE = 0.0
"""Weight of a claim that counts only where no other source has one."""

_LONGEST = 200
"""Characters of a word of the table in a reason."""


class Meaning(NamedTuple):
    """What one of the 33 sectors means."""

    name: str
    gics_code: str
    confidence: float
    """Share of its stocks whose official GICS sector is this one, 0 to 1: counted among 356 stocks
    of 2025-11, together with a person's estimate that weighs as much as eight stocks."""


class Kind(NamedTuple):
    """What an issue is."""

    security_type: SecurityType
    asset_type: AssetType | None
    """None for that of the list."""


class KindRow(NamedTuple):
    """By what an issue of a kind is known."""

    segment: str
    """How its segment begins; empty for any."""
    word: str
    """What its name contains, in characters of normal width; empty for any."""
    kind: Kind


class Jpx(TableSource):
    """The Tokyo Stock Exchange's list of issues as a source."""

    name = "jpx"
    counts_as = "jpx"
    about = SourceTerms(
        provider="jpx",
        regions=("JP",),
        tells=("sector", "industry", "security_type"),
        terms="Published by Japan Exchange Group for everybody; keep it in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the one workbook."""
        return (TableFile(FILE, ADDRESS, Workbook(), (CODE, SEGMENT, SECTOR)),)

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the words of each issue."""
        for table in tables:
            for row in table.rows:
                words = {word: row.get(heading, "") for word, heading in WORDS.items()}
                if words["sector_33"] not in ("", NONE):
                    words["sector_33"] = words["sector_33"].zfill(4)
                said = {word: text for word, text in words.items() if text not in ("", NONE)}
                if said:
                    yield TableRow(row[CODE], said)

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns what the sector of 33 means, or that the issue is in the segment of REITs, and
        the kind."""
        words = observation.words
        kind = kind_of(words.get("segment", ""), words.get("name", ""))
        claim = self._sector(words)
        if kind is None:
            return claim
        if claim is None:
            claim = Claim(
                self.name, "", 1.0, f"JPX lists it in {words.get('segment', NONE)[:_LONGEST]}"
            )
        return claim._replace(security_type=kind.security_type, asset_type=kind.asset_type)

    def _sector(self, words: Mapping[str, str]) -> Claim | None:
        meaning = meanings().get(words.get("sector_33", ""))
        if meaning is not None:
            reason = f"JPX lists it in {meaning.name}"
            name, code = f"JPX {words['sector_33']}", meaning.gics_code
            return Claim(self.name, code, meaning.confidence, reason, name, weight=ONLY_ALONE)
        if words.get("segment") == FUNDS:
            reason = "JPX lists it among REITs and infrastructure funds"
            return Claim(
                self.name, REITS_ARE, REIT_CONFIDENCE, reason, "JPX REIT", weight=ONLY_ALONE
            )
        return None


def kind_of(segment: str, name: str) -> Kind | None:
    """Returns the kind that segment and name state together; None if they leave it open."""
    text = unicodedata.normalize("NFKC", name)
    for row in kinds():
        if segment.startswith(row.segment) and row.word in text:
            return row.kind
    return None


@cache
def kinds() -> tuple[KindRow, ...]:
    """Returns the rows that tell a kind; the first that fits counts."""
    text = (files(__package__) / "jpx_kinds.csv").read_text(encoding="utf-8")
    return tuple(
        KindRow(
            row["segment"],
            row["word"],
            Kind(
                SecurityType(row["security_type"]),
                AssetType(row["asset_type"]) if row["asset_type"] else None,
            ),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def meanings() -> Mapping[str, Meaning]:
    """Returns the meanings of the 33 sectors by code."""
    text = (files(__package__) / "jpx_sectors.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Meaning(row["name"], row["gics_code"], float(row["confidence"]))
        for row in csv.DictReader(text.splitlines())
    }
