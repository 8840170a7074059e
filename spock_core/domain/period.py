"""Listing periods: what a list changed under a key, and what follows for the period of that key."""

from __future__ import annotations

from typing import NamedTuple

from spock_core.domain.listing import StoredListing


class ChangedListing(NamedTuple):
    """A line of a list whose names or asset type differ from the register's under its key."""

    line_id: int
    """Number of the line in the staging table."""
    list_name: str
    stored: StoredListing
    """As in the register; in doubt, as it was before the doubt."""
    listed: StoredListing
    """As in the list; names and sector code are None where the list leaves them empty."""
    was_spac: bool
    """Whether the register has it as a blank-cheque company."""
    was_gone: bool
    """Whether the register has it as gone from its list."""
    in_doubt: bool
    """Whether an earlier change of the key is still in doubt."""
    in_its_list: bool
    """Whether the line is in the list in which the register has the key."""
    stays_listed: bool
    """Whether the key is also in another list, which has not changed and is not read therefore."""


class KeyChange(NamedTuple):
    """A key that passed to another instrument, or may have."""

    ticker: str
    before: str | None
    """The name of the instrument that the register has."""
    now: str | None
    """The name of the instrument in the list."""
    source: str
    """The listing source."""
    reason: str
    list_name: str = ""
    """The list that says so; empty where a provider does."""


class PeriodChanges(NamedTuple):
    """What follows from the changed lines of a region."""

    passed: tuple[KeyChange, ...] = ()
    """Keys that passed to another instrument: a new period begins."""
    doubtful: tuple[KeyChange, ...] = ()
    """Keys of which the lists alone cannot tell."""
    settled: tuple[str, ...] = ()
    """Keys that were in doubt and stand for the instrument that they stood for before."""
    ignored: tuple[ChangedListing, ...] = ()
    """Lines of keys that are in two lists: another line of the key counts."""
