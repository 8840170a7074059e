"""The list of one exchange, as a listing source returns it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from spock_core.domain.listing import Listing
from spock_core.domain.market import Exchange


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of a list that could not be read; the rest of the list is still used."""

    list_name: str
    line: int
    """Line number, from 1."""
    reason: str
    ticker: str | None = None
    """The ticker if it could be read, so that the instrument does not count as delisted."""


@dataclass(frozen=True, slots=True)
class ListState:
    """The `ETag` and `Last-Modified` headers of the list last stored, for conditional requests."""

    etag: str | None = None
    last_modified: str | None = None


ListItem: TypeAlias = tuple[int, Listing] | DamagedLine
"""A line number, from 1, with its listing; or a damaged line."""


@dataclass(frozen=True, slots=True)
class VenueList:
    """The current list of one exchange, or why there is none."""

    exchange: Exchange
    items: Iterable[ListItem] = ()
    """May be a generator: it is iterated once, and may raise `ListError` meanwhile."""
    state: ListState = ListState()
    """To be stored with the list, and passed to the source in the next run."""
    unchanged: bool = False
    """Whether the list has not changed since the state passed to the source; no items."""
    error: str | None = None
    """Why the list is unavailable; no items. The register keeps its listings."""
