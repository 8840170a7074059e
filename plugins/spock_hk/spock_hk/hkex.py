"""Source `hkex`: the list of securities that Hong Kong Exchanges and Clearing publishes each day.

It has category, lot, par value and ISIN of each security. Some of its categories are kinds of
securities (`hkex_kinds.csv`), and one is a sector of GICS: a real estate investment trust. Equity
is no kind, because preference shares are in it. Structured products and bonds, three quarters of
its rows, are left out, because no list of stocks has them.
"""

from __future__ import annotations

import csv
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
    read_amount,
)

CODE, CATEGORY, ISIN = "Stock Code", "Category", "ISIN"
FILE = "ListOfSecurities.xlsx"
ADDRESS = f"https://www.hkex.com.hk/eng/services/trading/securities/securitieslists/{FILE}"
REIT = "Real Estate Investment Trusts"
WORDS = {
    "name": "Name of Securities",
    "category": CATEGORY,
    "sub_category": "Sub-Category",
    "lot": "Board Lot",
    "par_value": "Par Value",
    "currency": "Trading Currency",
    "renminbi_counter": "RMB Counter",
}
"""Headings by the name of the word. All but the category may be missing."""
LEFT_OUT = ("Derivative Warrants", "Callable Bull/Bear Contracts", "Debt Securities")
REITS_ARE = "6010"
"""GICS industry group of equity REITs. Hong Kong has no mortgage REITs: the SFC's code lets REITs
invest in real estate alone."""
CONFIDENCE = 0.99


class Kind(NamedTuple):
    """What a category and its sub-category are."""

    security_type: SecurityType
    asset_type: AssetType | None
    """None for that of the list."""


class Hkex(TableSource):
    """HKEX's list of securities as a source."""

    name = "hkex"
    counts_as = "hkex"
    about = SourceTerms(
        provider="hkex",
        regions=("HK",),
        tells=("sector", "security_type", "identifiers"),
        terms="Published by HKEX for everybody; keep it in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the one workbook."""
        return (TableFile(FILE, ADDRESS, Workbook(), (CODE, CATEGORY, ISIN)),)

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields words and ISIN of each security that may be in a list of stocks."""
        for table in tables:
            for row in table.rows:
                if row[CATEGORY] and row[CATEGORY] not in LEFT_OUT:
                    words = {word: row.get(heading, "") for word, heading in WORDS.items()}
                    said = {word: text for word, text in words.items() if text}
                    yield TableRow(row[CODE].zfill(5), said, {"ISIN": row[ISIN]})

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the kind that the category states, the par value, and a sector for a REIT
        alone."""
        category = observation.words.get("category", "")
        sub_category = observation.words.get("sub_category", "")
        kind = kinds().get((category, sub_category)) or kinds().get((category, ""))
        par_value = read_amount(observation.words.get("par_value", ""))
        if kind is None:
            return _par_value_alone(self.name, par_value)
        code = REITS_ARE if category == REIT else ""
        listed = f"{category}, {sub_category}" if sub_category else category
        return Claim(
            self.name,
            code,
            CONFIDENCE,
            f"HKEX lists it in {listed}",
            REIT if code else "",
            security_type=kind.security_type,
            asset_type=kind.asset_type,
            par_value=par_value,
        )


def _par_value_alone(source: str, par_value: float | None) -> Claim | None:
    """What a category says that is no kind."""
    if par_value is None:
        return None
    return Claim(source, "", CONFIDENCE, f"HKEX: par value {par_value:g}", par_value=par_value)


@cache
def kinds() -> Mapping[tuple[str, str], Kind]:
    """Returns the kinds by category and sub-category; without one, of the others in a category."""
    text = (files(__package__) / "hkex_kinds.csv").read_text(encoding="utf-8")
    return {
        (row["category"], row["sub_category"]): Kind(
            SecurityType(row["security_type"]),
            AssetType(row["asset_type"]) if row["asset_type"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    }
