"""The interface of a source, and the names of the built-in sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from spock_core.domain.evidence import Claim, Observation
from spock_core.domain.listing import Listing
from spock_core.domain.market import Market

ISSUER = "issuer"
OVERRIDE = "override"
SCREENER = "yahoo-screener"
PROFILE = "yahoo-profile"
WITHDRAWN = (ISSUER, OVERRIDE)
"""Sources whose observations can be withdrawn. Values that rest on them alone are then cleared."""
REASON = "reason"
"""The column of an overrides file, and the key of an override's `words`, for the user's reason."""


class Source(Protocol):
    """Makes observations of listings and interprets them."""

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
