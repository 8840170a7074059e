"""Source `sec`: the Central Index Key (CIK) of each issuer, from the SEC's table of tickers.

The Securities and Exchange Commission asks programs for a User-Agent with a name and an e-mail
address ("Accessing EDGAR Data"), so the source is not asked before the setting `sec_contact` is
set. It writes tickers as Yahoo does: BRK-B, MET-PE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spock_core import (
    Claim,
    JsonRecords,
    Listing,
    Market,
    Observation,
    Setting,
    SourceTerms,
    Table,
    TableFile,
    TableRow,
    TableSource,
    may_be_one_company,
)
from spock_us.symbols import yahoo_symbol

TICKER = "ticker"
FILE, WITH_EXCHANGE = "company_tickers.json", "company_tickers_exchange.json"
"""Two tables with the same companies, the second one with their exchanges."""
NUMBER_AND_NAME = {FILE: ("cik_str", "title"), WITH_EXCHANGE: ("cik", "name")}
"""Headings of CIK and name."""
ADDRESS = "https://www.sec.gov/files/{name}"
HEADERS = {"User-Agent": "Spock {sec_contact}"}
LONGEST_CONTACT = 200
"""Characters: a header must fit into what servers read."""


def can_be_sent(contact: str) -> None:
    """Raises `ValueError` for a contact that cannot be part of an HTTP header (RFC 9110, 5.5)."""
    if not contact.isascii() or len(contact) > LONGEST_CONTACT:
        raise ValueError(f"must be up to {LONGEST_CONTACT} characters of ASCII")


CONTACT = Setting(
    "sec_contact",
    "Your name and e-mail address, which the SEC asks for; the source sec is not asked without.",
    personal=True,
    check=can_be_sent,
)


class Sec(TableSource):
    """The SEC's table of tickers as a source."""

    name = "sec"
    counts_as = "sec"
    about = SourceTerms(
        provider="sec",
        regions=("US",),
        tells=("identifiers",),
        terms="Published by the SEC for everybody.",
        requires=(CONTACT.name,),
    )

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the table of tickers and, if that cannot be had, the one with exchanges."""
        return (
            TableFile(
                FILE,
                ADDRESS.format(name=FILE),
                JsonRecords(),
                (TICKER, *NUMBER_AND_NAME[FILE]),
                optional=True,
                headers=HEADERS,
            ),
            TableFile(
                WITH_EXCHANGE,
                ADDRESS.format(name=WITH_EXCHANGE),
                JsonRecords(rows=("data",), headings=("fields",)),
                (TICKER, *NUMBER_AND_NAME[WITH_EXCHANGE]),
                optional=True,
                headers=HEADERS,
                instead_of=FILE,
            ),
        )

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterator[TableRow]:
        """Yields the CIK of each listing whose ticker and name the table has.

        Tickers pass to other companies, and the table and the list are not of the same moment, so
        the names must be those of one company.
        """
        companies = {
            row[TICKER].upper(): tuple(
                row.get(heading, "") for heading in NUMBER_AND_NAME[file.name]
            )
            for file in tables
            for row in file.rows
        }
        for ticker, listing in sorted(listings.items()):
            number, name = companies.get(yahoo_symbol(listing) or "", ("", ""))
            if number and may_be_one_company(listing.name, name):
                yield TableRow(ticker, {}, {"CIK": number})

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns None: the table has no sectors."""
        return None
