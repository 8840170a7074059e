"""The interface of a source, and the names of the built-in sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

# typing's isinstance takes 80 µs on Python 3.11
from typing_extensions import Protocol, runtime_checkable

from spock_core.domain.evidence import Claim, Observation
from spock_core.domain.listing import Listing
from spock_core.domain.market import Market
from spock_core.domain.tables import SourceTerms, Table, TableFile, TableRow

ISSUER = "issuer"
OVERRIDE = "override"
WITHDRAWN = (ISSUER, OVERRIDE)
"""Sources whose observations can be withdrawn. Values that rest on them alone are then cleared."""
REASON = "reason"
"""The column of an overrides file, and the key of an override's `words`, for the user's reason."""


class Source(Protocol):
    """Makes observations of listings and interprets them.

    A source whose observations follow from the listings alone has `from_listings_alone = True`:
    then regions of which nothing is new are not classified again.
    """

    @property
    def name(self) -> str:
        """Its name in `--sources` and in the register's `sector_source`."""

    @property
    def counts_as(self) -> str:
        """Its provider's name: the latest of a provider's sources counts, and the metric
        `spock_enrichment_stocks_enriched_total` counts stocks by it."""

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns its observations of these listings, verbatim; none for a listing it does not
        know, so that an earlier observation is not overwritten by an empty one."""

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns what one of its observations means in GICS, or None if it means nothing.

        Must be pure: no I/O and no clock.
        """


@runtime_checkable
class TableSource(Source, Protocol):
    """A source that downloads tables. A class that names it as its base need not write `observe`.

    Spock fetches the files, conditionally and bounded, refuses a table that is damaged, empty or
    shrunken, and stores the rows of listed stocks as observations.
    """

    @property
    def about(self) -> SourceTerms:
        """What it says of itself."""

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns nothing: all that it observes is in its tables."""
        return ()

    def files(self, market: Market) -> Sequence[TableFile]:
        """Returns the files that it reads for a market; none if it knows nothing of its stocks."""

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterable[TableRow]:
        """Returns what the tables say of listings.

        `listings` are the active stocks of the market by ticker, for a source that tells
        `security_type` all active instruments, each with the kind that its list says, so that a
        table can be matched by exchange, currency or name. A row about anything else is counted and
        ignored. Must be pure, and must give the same rows for the same tables.
        """
