"""What every source of classifications is, ours or a third party's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from spock_core.domain import Claim, Listing, Market, Observation


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
