"""Source `fund-holdings`: official GICS sectors, as iShares publishes them with its holdings.

Index providers classify the members of their indices, and funds that hold them publish the sectors.
The source is opt-in: the holdings are for personal use.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from spock_core import (
    Claim,
    DelimitedText,
    Listing,
    Market,
    Observation,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
)
from spock_holdings.matching import Holdings

TICKER, NAME, SECTOR, CLASS = "Ticker", "Name", "Sector", "Asset Class"
EXCHANGE, CURRENCY = "Exchange", "Market Currency"
"""`Market Currency` is the currency in which the stock trades; `Currency` is that of the fund."""
NEEDS = (TICKER, NAME, SECTOR, CLASS, EXCHANGE, CURRENCY)
ENDING = "_holdings.csv"
ADDRESS = (
    "https://www.ishares.com/us/products/{product}/fund/1467271812596.ajax"
    "?fileType=csv&fileName={fund}_holdings&dataType=fund"
)
AS_OF = "Fund Holdings as of"
"""The line above the headings that has the day of the holdings: `May 21, 2025`."""
SECTORS = {
    "Energy": "10",
    "Materials": "15",
    "Industrials": "20",
    "Consumer Discretionary": "25",
    "Consumer Staples": "30",
    "Health Care": "35",
    "Financials": "40",
    "Information Technology": "45",
    "Communication": "50",
    "Communication Services": "50",
    "Utilities": "55",
    "Real Estate": "60",
}
"""Code of a sector by its name in the holdings. `Cash and/or Derivatives` is none."""
CONFIDENCE = 0.99
"""Sectors of holdings of 2025-01 and 2025-05 are those of 2025-11 for more than 99 % of stocks."""

_LONGEST = 200
"""Characters of a word of the table in a reason."""


class FundHoldings(TableSource):
    """Holdings of funds as a source."""

    name = "fund-holdings"
    counts_as = "fund-holdings"
    about = SourceTerms(
        provider="ishares",
        regions=(),
        tells=("sector",),
        opt_in=True,
        terms="Published by the fund's provider for personal use: keep it in your own register.",
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the holdings of the funds that hold stocks of a market; none if no fund does."""
        return tuple(
            TableFile(
                f"{fund}{ENDING}",
                ADDRESS.format(product=product, fund=fund),
                DelimitedText(),
                NEEDS,
                optional=True,
                pattern=f"*{ENDING}",
            )
            for fund, product in funds(market.region).items()
        )

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the sector of each stock that a fund holds, of the latest day on which one does.

        Holdings without a day count as older than all others.
        """
        matching = Holdings(listings)
        latest: dict[str, dict[str, str]] = {}
        dated = sorted((day_of(table), table.name, table) for table in tables)
        for day, name, table in dated:
            for row in table.rows:
                if not _is_share_in(row, market.region):
                    continue
                ticker = matching.find(row[TICKER], row[NAME], row[CURRENCY])
                if ticker is not None:
                    words = {"sector": row[SECTOR], "fund": name.removesuffix(ENDING)}
                    latest[ticker] = words | ({"as_of": day} if day else {})
        for ticker, words in sorted(latest.items()):
            yield TableRow(ticker, words)

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the sector; None for a word that is none."""
        words = observation.words
        code = SECTORS.get(words.get("sector", ""))
        if code is None:
            return None
        day = f" on {words['as_of'][:_LONGEST]}" if "as_of" in words else ""
        reason = f"{words.get('fund', 'a fund')[:_LONGEST]} holds it as {words['sector']}{day}"
        return Claim(self.name, code, CONFIDENCE, reason, words["sector"])


def day_of(table: Table) -> str:
    """Returns the day of the holdings as YYYY-MM-DD; empty if the table states none."""
    for cells in table.preamble:
        if cells[:1] == (AS_OF,):
            try:
                day = datetime.strptime(", ".join(cells[1:]).strip('" '), "%b %d, %Y")  # noqa: DTZ007  a day
            except ValueError:
                return ""
            return day.date().isoformat()
    return ""


@cache
def funds(region: str) -> Mapping[str, str]:
    """Returns the iShares product number of each fund that holds stocks of a region, by ticker."""
    rows = _read("funds.csv")
    return {row["fund"]: row["product"] for row in rows if region in row["regions"].split()}


@cache
def regions_by_exchange() -> Mapping[str, str]:
    """Returns the region of an exchange by its name in the holdings."""
    return {row["exchange"]: row["region"] for row in _read("exchanges.csv")}


def _is_share_in(row: Mapping[str, str], region: str) -> bool:
    return (
        row.get(CLASS) == "Equity"
        and row[SECTOR] in SECTORS
        and regions_by_exchange().get(row.get(EXCHANGE, "")) == region
    )


def _read(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
