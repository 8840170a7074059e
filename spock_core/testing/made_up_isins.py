"""ISINs of made-up listings, from a table of the kit: some providers know stocks by them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from stdnum import isin

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import Source, TableSource
from spock_core.domain.tables import DelimitedText, SourceTerms, Table, TableFile, TableRow
from spock_core.plugins.hookspecs import hookimpl

NAME = "isins-of-the-kit"
FILE = "isins-of-the-kit.csv"


def isin_of(listing: Listing) -> str:
    """Returns an ISIN that looks random and is the same for the same listing."""
    key = f"{listing.region} {listing.ticker}".encode()
    digits = int.from_bytes(blake2b(key, digest_size=8).digest()) % 10**9
    national = f"{listing.region}{digits:09}"
    return national + str(isin.calc_check_digit(national))


def table_of(listings: Iterable[Listing]) -> bytes:
    """Returns the table of some listings."""
    lines = [f"{one.ticker},{isin_of(one)}" for one in listings]
    return "\n".join(["ticker,isin", *lines]).encode()


class MadeUpIsins(TableSource):
    """The table as a source."""

    name = counts_as = NAME
    about = SourceTerms(NAME, (), ("identifiers",), terms="Made up.")

    def files(self, market: Market) -> Sequence[TableFile]:
        """See `TableSource.files`."""
        address = f"https://kit.invalid/{FILE}"
        return (TableFile(FILE, address, DelimitedText(), ("ticker", "isin")),)

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterable[TableRow]:
        """See `TableSource.rows`."""
        for table in tables:
            for row in table.rows:
                yield TableRow(row["ticker"], {}, {"ISIN": row["isin"]})

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns nothing: an ISIN says nothing of a sector."""
        return None

    @hookimpl
    def spock_sources(self) -> Iterable[Source]:
        """Brings the source itself."""
        return (self,)
