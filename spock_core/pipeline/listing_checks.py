"""Whether a list can be trusted: how much damage it may have, and how much of it may change.

A list is compared with the instruments that the register has of it, always by share. The US
lists of 2022-09 and 2025-06 bound what is true: in almost three years 24 to 39 % of the instruments
of a list left it, 11 to 50 % as many came, less than 0.8 % changed their type, and of 0.7 % of the
stocks the key passed to another one. A night is a thousandth of that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from spock_core.domain import DamagedLine, Exchange
from spock_core.domain.errors import ListError
from spock_core.domain.events import RefusalKind
from spock_core.store.lists.comparison import ListComparison

MOST_DAMAGED = 0.2
"""A list with a larger share of damaged lines is not the list it claims to be."""
MOST_SHRUNK = 0.2
"""A list that lost a larger share of its instruments is taken for damaged."""
MOST_GONE = 0.2
"""A list that lacks a larger share of the known instruments names other ones in their place."""
MOST_NEW = 0.5
"""A list that has more new instruments than this share of the known ones contains another list."""
MOST_RETYPED = 0.1
"""A list in which a larger share of the known instruments changed its type has its types mixed
up."""
MOST_PASSED = 0.2
"""A list in which a larger share of the known instruments passed to other ones has its names or its
tickers mixed up."""
MOST_TWICE = 0.2
"""A list in which a larger share of the tickers occurs more than once is two lists in one."""
MOST_SINGLE = 1
"""So many instruments may change in any list: of two instruments, one is half."""
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
    exchange: Exchange, listed: int, damage: Damage, known: int, *, accept_changed: bool
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
    if lines < (1 - MOST_SHRUNK) * known and not accept_changed:
        raise Refused(
            f"{name}: the list shrank from {known:,} to {lines:,} instruments and is refused as "
            "damaged; if it really shrank, run once with --accept-shrunk",
            RefusalKind.SHRANK,
        )


def check_twice(exchange: Exchange, twice: int, listed: int, *, accept_changed: bool) -> None:
    """Raises `Refused` where too many tickers of a list occur in it more than once.

    `twice`: how many do; `listed`: different tickers in the list.
    """
    if _is_more(twice, MOST_TWICE, listed) and not accept_changed:
        raise _doubted(
            exchange, f"{twice:,} of {listed:,} tickers are listed more than once", RefusalKind.GREW
        )


def check_content(exchange: Exchange, found: ListComparison, *, accept_changed: bool) -> None:
    """Raises `Refused` where a list has not the instruments that the register has of it.

    The first list of a register has nothing to be compared with.
    """
    known, gone = found.known, found.known - found.kept
    if not known or accept_changed:
        return
    new = f"{found.new:,} are new"
    if _is_more(gone, MOST_GONE, known):
        raise _doubted(
            exchange,
            f"{gone:,} of {known:,} instruments are no longer in it, {new}",
            RefusalKind.CHANGED,
        )
    if _is_more(found.new, MOST_NEW, known):
        raise _doubted(exchange, f"beside the {known:,} known instruments {new}", RefusalKind.GREW)
    if _is_more(found.retyped, MOST_RETYPED, known):
        raise _doubted(
            exchange,
            f"{found.retyped:,} of {known:,} instruments have another type than before",
            RefusalKind.CHANGED,
        )


def check_passed(exchange: Exchange, passed: int, known: int, *, accept_changed: bool) -> None:
    """Raises `Refused` where too many keys of a list passed to other instruments to be true.

    `known`: instruments of the list that the register has as active.
    """
    if _is_more(passed, MOST_PASSED, known) and not accept_changed:
        raise _doubted(
            exchange,
            f"{passed:,} of {known:,} keys name another instrument than before",
            RefusalKind.CHANGED,
        )


def _is_more(count: int, share: float, of: int) -> bool:
    return count > max(share * of, MOST_SINGLE)


def _doubted(exchange: Exchange, what: str, kind: RefusalKind) -> Refused:
    return Refused(
        f"{exchange.list_name}: {what}, and the list is refused as damaged; if that is so, run "
        "once with --accept-shrunk",
        kind,
    )
