"""Compares the register with official sectors: how often both agree, and where they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spock_core.domain.stock import Stock, StockKey

_BANDS = 20
"""Number of bands of confidence between 0 and 1."""


class Compared(NamedTuple):
    """A stock with a sector in the register and an official one."""

    stock: Stock
    found: str
    """The register's sector, a two-digit code."""
    official: str
    """The official sector, a two-digit code."""
    source: str
    """The source that decided the register's sector."""
    confidence: float
    """The register's confidence in its sector, from 0 to 1."""

    @property
    def agrees(self) -> bool:
        """Whether both sectors are the same."""
        return self.found == self.official


class Share(NamedTuple):
    """The number of compared stocks, and of those whose sectors agree."""

    agree: int
    stocks: int

    @property
    def rate(self) -> float | None:
        """The share that agrees, from 0 to 1; None if there are no stocks."""
        return self.agree / self.stocks if self.stocks else None


class Band(NamedTuple):
    """The stocks whose confidence lies between two bounds."""

    low: float
    high: float
    confidence: float
    """Their mean confidence, from 0 to 1."""
    share: Share
    """How many of them agree."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The result of a comparison, with the stocks that could not be compared."""

    compared: tuple[Compared, ...]
    no_sector: tuple[StockKey, ...]
    """Stocks without a sector in the register."""
    not_there: tuple[StockKey, ...]
    """Stocks that are not in the register, or not active there."""

    @property
    def share(self) -> Share:
        """The share of all stocks."""
        return share_of(self.compared)

    def differences(self) -> list[Compared]:
        """Returns the stocks whose sectors differ, those with the highest confidence first."""
        different = [item for item in self.compared if not item.agrees]
        return sorted(
            different,
            key=lambda item: (
                -item.confidence,
                item.stock.listing.region,
                item.stock.listing.ticker,
            ),
        )

    def by(self, label: Callable[[Compared], str]) -> dict[str, Share]:
        """Returns the share of each group of stocks with the same label, sorted by label."""
        groups: dict[str, list[Compared]] = defaultdict(list)
        for item in self.compared:
            groups[label(item)].append(item)
        return {name: share_of(groups[name]) for name in sorted(groups)}

    def by_confidence(self) -> list[Band]:
        """Returns the bands of confidence that have stocks, the highest first."""
        groups: dict[int, list[Compared]] = defaultdict(list)
        for item in self.compared:
            groups[int(round(item.confidence * _BANDS, 6))].append(item)
        return [
            Band(
                number / _BANDS,
                min((number + 1) / _BANDS, 1.0),
                sum(item.confidence for item in group) / len(group),
                share_of(group),
            )
            for number, group in sorted(groups.items(), reverse=True)
        ]

    def confusion(self) -> Counter[tuple[str, str]]:
        """Returns the number of stocks by official sector and the register's sector."""
        return Counter((item.official, item.found) for item in self.compared)


def compare(official: Mapping[StockKey, str], stocks: Iterable[Stock]) -> Agreement:
    """Compares the register's stocks with the official sectors.

    `official` maps stocks to two-digit sector codes. Stocks that are not in it are ignored.
    """
    compared: list[Compared] = []
    no_sector: list[StockKey] = []
    present: set[StockKey] = set()
    for stock in stocks:
        key = StockKey(stock.listing.region, stock.listing.ticker)
        if key not in official:
            continue
        present.add(key)
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
    return Agreement(tuple(compared), tuple(no_sector), tuple(sorted(official.keys() - present)))


def share_of(compared: Sequence[Compared]) -> Share:
    """Counts these stocks and those that agree."""
    return Share(sum(item.agrees for item in compared), len(compared))
