"""Source `nasdaq-trader`: the directories of symbols that Nasdaq publishes each day.

`nasdaqlisted.txt` has Nasdaq's own securities, `otherlisted.txt` those of NYSE, NYSE American, NYSE
Arca, Cboe and IEX. The full names end with the description of the security, as the issuer applied
for its listing, so they tell its kind (`nasdaq_names.csv`); both mark exchange-traded funds and
test issues. Symbols and flags: *Symbol Look-Up/Directory Data Fields & Definitions* of
nasdaqtrader.com.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from spock_core import (
    AssetType,
    Claim,
    DelimitedText,
    Listing,
    Market,
    Observation,
    SecurityType,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
)

NASDAQ, OTHERS = "nasdaqlisted.txt", "otherlisted.txt"
ADDRESS = "https://www.nasdaqtrader.com/dynamic/SymDir/"
FORMAT = DelimitedText("|", footer="File Creation Time")
NAME, TEST, ETF = "Security Name", "Test Issue", "ETF"
SYMBOL = MappingProxyType({NASDAQ: "Symbol", OTHERS: "ACT Symbol"})
WORDS = {
    "name": NAME,
    "etf": ETF,
    "exchange": "Exchange",
    "tier": "Market Category",
    "financial_status": "Financial Status",
}
"""Headings by the name of the word. Each file has some of them."""
SUFFIXES = MappingProxyType(
    {
        "U": (SecurityType.UNIT, ("UN",)),
        "W": (SecurityType.WARRANT, ("WS", "WT")),
        "WS": (SecurityType.WARRANT, ("WS", "WT")),
        "R": (SecurityType.RIGHT, ("RT", "RI")),
    }
)
"""What a suffix of an ACT symbol means, and how KIS writes it. Other suffixes are classes."""
_LONGEST = 300
"""Characters of a name that are searched."""


class Convention(NamedTuple):
    """A way in which full names describe a kind of security."""

    security_type: SecurityType
    pattern: re.Pattern[str]
    """It is found in the name in capital letters."""
    reason: str


class NasdaqTrader(TableSource):
    """Nasdaq's directories of symbols as a source."""

    name = "nasdaq-trader"
    counts_as = "nasdaq-trader"
    about = SourceTerms(
        provider="nasdaq-trader",
        regions=("US",),
        tells=("security_type",),
        terms="Published by Nasdaq for everybody; keep it in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the two directories."""
        return tuple(
            TableFile(name, ADDRESS + name, FORMAT, (symbol, NAME, TEST, ETF), optional=True)
            for name, symbol in SYMBOL.items()
        )

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the words of each security that is not there for tests alone."""
        for table in tables:
            heading = SYMBOL[table.name]
            for row in table.rows:
                symbol = row[heading]
                if row[TEST] != "N" or not symbol:
                    continue
                words = {word: row.get(heading, "") for word, heading in WORDS.items()}
                words["symbol"] = symbol
                tickers = tickers_of(symbol)
                ticker = next((one for one in tickers if one in listings), tickers[0])
                yield TableRow(ticker, {word: text for word, text in words.items() if text})

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the kind, if symbol, flag or name tell it."""
        words = observation.words
        kind = kind_of(words.get("symbol", ""), words.get("name", ""), etf=words.get("etf") == "Y")
        if kind is None:
            return None
        security_type, reason = kind
        asset_type = AssetType.ETF if security_type is SecurityType.FUND else None
        return Claim(
            self.name,
            "",
            1.0,
            f"Nasdaq's directory: {reason}",
            security_type=security_type,
            asset_type=asset_type,
        )


def tickers_of(symbol: str) -> tuple[str, ...]:
    """Returns the tickers that KIS may have for an ACT symbol: `MET/E` for `MET$E`, `BRK/B` for
    `BRK.B`, `AACT/UN` for `AACT.U`, `HWM/` for `HWM$`. Nasdaq's own symbols are KIS's tickers."""
    root, mark, suffix = re.split(r"([$.]|$)", symbol, maxsplit=1)
    if not mark:
        return (root,)
    kinds = SUFFIXES.get(suffix) if mark == "." else None
    return tuple(f"{root}/{one}" for one in (kinds[1] if kinds else (suffix,)))


def kind_of(symbol: str, name: str, *, etf: bool) -> tuple[SecurityType, str] | None:
    """Returns the kind of a security and the reason for it; None if nothing tells it.

    `etf`: whether the directory has it as an exchange-traded fund. Notes are among these.
    """
    _, mark, suffix = re.split(r"([$.]|$)", symbol, maxsplit=1)
    if mark == "." and suffix in SUFFIXES:
        return SUFFIXES[suffix][0], f"a symbol with .{suffix}"
    text = name.upper().strip()[:_LONGEST]
    found = next((one for one in conventions() if one.pattern.search(text)), None)
    if etf and (found is None or found.security_type is not SecurityType.NOTE):
        return SecurityType.FUND, "marked as an exchange-traded fund"
    if mark == "$" and (found is None or found.security_type is SecurityType.COMMON):
        return SecurityType.PREFERRED, "a symbol with $"
    return (found.security_type, found.reason) if found is not None else None


@cache
def conventions() -> tuple[Convention, ...]:
    """Returns the conventions; the first one that a name keeps tells its kind."""
    text = (files(__package__) / "nasdaq_names.csv").read_text(encoding="utf-8")
    return tuple(
        Convention(SecurityType(row["security_type"]), re.compile(row["pattern"]), row["reason"])
        for row in csv.DictReader(text.splitlines())
    )
