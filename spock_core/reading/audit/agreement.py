"""The register against official sectors: how often it agrees, where, and where it does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spock_core.domain.stock import Stock, StockKey

_BANDS = 20
"""Of confidence, between 0 and 1."""


class Compared(NamedTuple):
    """A stock of which both say a sector."""

    stock: Stock
    found: str
    """The register's sector, two digits."""
    official: str
    source: str
    confidence: float

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.found == self.official


class Share(NamedTuple):
    """How many of some stocks agree."""

    agree: int
    stocks: int

    @property
    def rate(self) -> float | None:
        """0 to 1; None of no stocks."""
        return self.agree / self.stocks if self.stocks else None


class Band(NamedTuple):
    """Stocks of about the same confidence."""

    low: float
    high: float
    said: float
    """Their mean confidence."""
    share: Share
    """What it turned out to be."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that was compared, and what could not be."""

    compared: tuple[Compared, ...]
    no_sector: tuple[StockKey, ...]
    """Stocks of which the register says no sector."""
    not_there: tuple[StockKey, ...]
    """What the register does not have, or not as an active stock."""

    @property
    def share(self) -> Share:
        """Of all."""
        return share_of(self.compared)

    def differences(self) -> list[Compared]:
        """The stocks about which they disagree, the surest first."""
        wrong = [one for one in self.compared if not one.agrees]
        return sorted(
            wrong, key=lambda o: (-o.confidence, o.stock.listing.region, o.stock.listing.ticker)
        )

    def by(self, label: Callable[[Compared], str]) -> dict[str, Share]:
        """The share of each group of stocks with the same label, in the labels' order."""
        groups: dict[str, list[Compared]] = defaultdict(list)
        for one in self.compared:
            groups[label(one)].append(one)
        return {name: share_of(groups[name]) for name in sorted(groups)}

    def by_confidence(self) -> list[Band]:
        """What was said of how sure it is against what it was, the surest first."""
        groups: dict[int, list[Compared]] = defaultdict(list)
        for one in self.compared:
            groups[int(round(one.confidence * _BANDS, 6))].append(one)
        return [
            Band(
                number / _BANDS,
                min((number + 1) / _BANDS, 1.0),
                sum(one.confidence for one in group) / len(group),
                share_of(group),
            )
            for number, group in sorted(groups.items(), reverse=True)
        ]

    def confusion(self) -> Counter[tuple[str, str]]:
        """Stocks by official sector and the register's."""
        return Counter((one.official, one.found) for one in self.compared)


def compare(official: Mapping[StockKey, str], stocks: Iterable[Stock]) -> Agreement:
    """Puts the register's stocks beside the official sectors."""
    compared: list[Compared] = []
    no_sector: list[StockKey] = []
    there: set[StockKey] = set()
    for stock in stocks:
        key = StockKey(stock.listing.region, stock.listing.ticker)
        if key not in official:
            continue
        there.add(key)
        found = stock.classification
        if found is None or found.sector_code is None:
            no_sector.append(key)
        else:
            compared.append(
                Compared(
                    stock,
                    found.sector_code,
                    official[key],
                    found.sector_source or "",
                    found.sector_confidence or 0.0,
                )
            )
    return Agreement(tuple(compared), tuple(no_sector), tuple(sorted(official.keys() - there)))


def share_of(compared: Sequence[Compared]) -> Share:
    """How many of these agree."""
    return Share(sum(one.agrees for one in compared), len(compared))
