"""The list of one exchange, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from spock_core.domain.listing import Listing
from spock_core.domain.market import Exchange


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of a list that could not be read; the rest of the list still counts."""

    list_name: str
    line: int
    reason: str
    ticker: str | None = None
    """The ticker, where the line still tells: that stock is then not taken for gone."""


@dataclass(frozen=True, slots=True)
class ListState:
    """How a server named the list that was last applied, to ask "changed since?"."""

    etag: str | None = None
    last_modified: str | None = None


ListItem: TypeAlias = tuple[int, Listing] | DamagedLine
"""A line number with its listing, or the damage found there."""


@dataclass(frozen=True, slots=True)
class VenueList:
    """The list of one exchange, as its source has it now."""

    exchange: Exchange
    items: Iterable[ListItem] = ()
    """Read once, lazily: a list may be long. May raise `ListError` while it is read."""
    state: ListState = ListState()
    unchanged: bool = False
    """The source says that nothing changed since the state it was asked with; no items."""
    error: str | None = None
    """Why there is no list; no items. The register keeps what it had."""
