"""Whether a list can be trusted: how much damage it may have, and how far it may shrink."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from spock_core.domain import DamagedLine, Exchange
from spock_core.domain.errors import ListError
from spock_core.domain.events import RefusalKind

MOST_DAMAGED = 0.2
"""A list with a larger share of damaged lines is not the list it claims to be."""
MOST_SHRUNK = 0.2
"""A list that lost a larger share of its instruments is taken for damaged."""
MOST_PASSED = 0.2
"""A list in which a larger share of the known instruments passed to other ones has its names or its
tickers mixed up."""
FEWEST_PASSED = 100
"""Up to so many may pass in any list."""
MOST_REPORTED = 100
MOST_DAMAGED_LINES = 100_000
"""Beyond so many a list is hopeless, and is not read to its end."""


class Refused(ListError):
    """A list that is not what it claims to be."""

    def __init__(self, message: str, kind: RefusalKind) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class Damage:
    """Damaged lines: how many, the first of them, and whether each told whose it was."""

    count: int = 0
    first: list[DamagedLine] = field(default_factory=list)
    all_named: bool = True

    def add(self, lines: Iterable[DamagedLine], count: int | None = None) -> None:
        """Adds lines; `count` where there were more than are given."""
        shown = list(lines)
        self.count += len(shown) if count is None else count
        self.all_named = self.all_named and all(line.ticker for line in shown)
        self.first += shown[: MOST_REPORTED - len(self.first)]

    def merge(self, other: Damage) -> None:
        """Adds another list's damage."""
        self.add(other.first, other.count)


def check_so_far(exchange: Exchange, damage: Damage) -> None:
    """Raises `Refused` where reading on is of no use."""
    if damage.count > MOST_DAMAGED_LINES:
        raise Refused(
            f"{exchange.list_name}: more than {MOST_DAMAGED_LINES:,} lines are damaged; "
            "the list is refused",
            RefusalKind.DAMAGED,
        )


def check_list(
    exchange: Exchange, listed: int, damage: Damage, known: int, *, accept_shrunk: bool
) -> None:
    """Raises `Refused` where a list that was read to its end is not the list it claims to be.

    `listed`: lines that could be read; `known`: instruments of it that the register has as active.
    """
    name = exchange.list_name
    if not listed:
        what = f", the first: {damage.first[0].reason}" if damage.first else ""
        raise Refused(f"{name}: the list has no line that could be read{what}", RefusalKind.DAMAGED)
    lines = listed + damage.count
    if damage.count > MOST_DAMAGED * lines:
        first = damage.first[0]
        raise Refused(
            f"{name}: {damage.count:,} of {lines:,} lines are damaged (line {first.line}: "
            f"{first.reason}); the list is refused",
            RefusalKind.DAMAGED,
        )
    if lines < (1 - MOST_SHRUNK) * known and not accept_shrunk:
        raise Refused(
            f"{name}: the list shrank from {known:,} to {lines:,} instruments and is refused as "
            "damaged; if it really shrank, run once with --accept-shrunk",
            RefusalKind.SHRANK,
        )


def check_passed(exchange: Exchange, passed: int, known: int, *, accept_shrunk: bool) -> None:
    """Raises `Refused` where too many keys of a list passed to other instruments to be true.

    `known`: instruments of the list that the register has as active.
    """
    if passed > max(MOST_PASSED * known, FEWEST_PASSED) and not accept_shrunk:
        raise Refused(
            f"{exchange.list_name}: {passed:,} of {known:,} keys name another instrument than "
            "before, and the list is refused as damaged; if that is so, run once with "
            "--accept-shrunk",
            RefusalKind.DAMAGED,
        )
