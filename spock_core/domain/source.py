"""What every source is, ours or a third party's, and the names of the built-in ones."""

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
"""Sources that withdraw what they said: what they alone said goes with it."""
REASON = "reason"
"""The word of an override in which the user says why."""


class Source(Protocol):
    """Something that knows something about listings."""

    @property
    def name(self) -> str:
        """As in `--sources` and in `sector_source`."""

    @property
    def counts_as(self) -> str:
        """The name under which reports and metrics count what it enriched."""

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """What it says of these listings, word for word. It says nothing of what it does not know.

        An empty answer is no observation: nothing learned is overwritten by nothing.
        """

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """What its words mean in GICS, or None where they mean nothing. Pure: no I/O, no clock."""
