"""Source `shenwan`: the industries of Shenwan Hongyuan Research (SW 2021), of every A share.

Its table has a row for each change of a stock's industry, with the day from which it holds. A code
has two digits for each of three levels: 440101 is in 4401 and 44. Old rows may have codes of older
versions of the scheme; these mean what the codes with the same first digits mean.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from spock_core import (
    Claim,
    Listing,
    Market,
    Observation,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
    Workbook,
)

STOCK, SINCE, INDUSTRY = "股票代码", "计入日期", "行业代码"
"""Headings: the stock's number, the day from which its industry holds, and the industry's code."""
FILE = "StockClassifyUse_stock.xls"
ADDRESS = f"https://www.swsresearch.com/swindex/pdf/SwClass2021/{FILE}"
MOST = 30
"""Earlier industries of one stock; the most in 2026 are nine."""
_CODE = re.compile(r"[0-9]{6}")
OLDER = 0.85
"""Confidence of a code that is not in force any more: its first digits are in force."""


class Meaning(NamedTuple):
    """What a code means."""

    name: str
    """The names of its three levels, in Chinese."""
    gics_code: str
    confidence: float
    """Share of its stocks whose official GICS sector is this one, 0 to 1: of all stocks of its
    first level, since most codes have one or two stocks with an official sector."""


class Shenwan(TableSource):
    """Shenwan's industries as a source."""

    name = "shenwan"
    counts_as = "shenwan"
    about = SourceTerms(
        provider="shenwan",
        regions=("CN",),
        tells=("sector", "industry"),
        terms="Published by Shenwan Hongyuan Research for everybody; keep it in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the one workbook."""
        return (TableFile(FILE, ADDRESS, Workbook(), (STOCK, SINCE, INDUSTRY)),)

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the industry in force of each stock, the one that holds since the latest day, and
        the earlier ones with the days from which they held, the latest last."""
        held: dict[str, set[tuple[str, str]]] = {}
        for table in tables:
            for row in table.rows:
                if _CODE.fullmatch(row[INDUSTRY]):
                    since = row[SINCE][:10]
                    held.setdefault(row[STOCK].zfill(6), set()).add((since, row[INDUSTRY]))
        for number, periods in sorted(held.items()):
            *earlier, (since, code) = sorted(periods)
            words = {"industry_code": code, "since": since}
            if earlier:
                words["earlier"] = "; ".join(f"{one} since {day}" for day, one in earlier[-MOST:])
            yield TableRow(number, words)

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns what a code means, or None if no code with its first digits is in force."""
        code = observation.words.get("industry_code", "")
        meaning = meaning_of(code)
        if meaning is None:
            return None
        reason = f"Shenwan {code} ({meaning.name})"
        return Claim(self.name, meaning.gics_code, meaning.confidence, reason, f"SW {code}")


def meaning_of(code: str) -> Meaning | None:
    """Returns what a code means; of one that is not in force, what codes like it mean."""
    found = _meanings().get(code)
    return found if found is not None else _older_meaning(code)


@cache
def codes_by_sector() -> Mapping[str, tuple[str, ...]]:
    """Returns the codes in force by GICS sector code."""
    codes: dict[str, tuple[str, ...]] = {}
    for code, meaning in _meanings().items():
        sector = meaning.gics_code[:2]
        codes[sector] = (*codes.get(sector, ()), code)
    return codes


@cache
def _meanings() -> Mapping[str, Meaning]:
    text = (files(__package__) / "shenwan_codes.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Meaning(row["name"], row["gics_code"], float(row["confidence"]))
        for row in csv.DictReader(text.splitlines())
    }


@cache
def _older_meaning(code: str) -> Meaning | None:
    """What most codes with the same first four or two digits mean, as deep as all of them do."""
    for digits in (4, 2):
        alike = [one for known, one in _meanings().items() if known.startswith(code[:digits])]
        if alike and len(code) == 6:
            [(sector, _)] = Counter(one.gics_code[:2] for one in alike).most_common(1)
            inside = [one.gics_code for one in alike if one.gics_code.startswith(sector)]
            depth = next(d for d in (6, 4, 2) if len({gics[:d] for gics in inside}) == 1)
            name = alike[0].name.split("/")[0]
            return Meaning(f"{name}, an older code", inside[0][:depth], OLDER)
    return None
