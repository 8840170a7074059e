"""Source `hkex`: the list of securities that Hong Kong Exchanges and Clearing publishes each day.

It has category, lot, par value and ISIN of each security. Of its categories only one is a sector of
GICS: a real estate investment trust. Structured products and bonds, three quarters of its rows, are
left out, because no list of stocks has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
        """Returns a sector for a REIT alone."""
        if observation.words.get("category") != REIT:
            return None
        return Claim(self.name, REITS_ARE, CONFIDENCE, "HKEX lists it as a REIT", REIT)
