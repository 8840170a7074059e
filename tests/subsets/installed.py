"""Which of Spock's distributions are installed here."""

from __future__ import annotations

from importlib.metadata import entry_points


def markets() -> set[str]:
    """The market distributions."""
    return {e.dist.name for e in entry_points(group="spock.plugins") if e.dist is not None}
