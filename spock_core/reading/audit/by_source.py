"""Measures each source by region: of how many stocks it says a sector, and with whom it agrees.

The meanings of single words are compared, before any rule is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from spock_core.classification.claims import latest_observations, read_claim
from spock_core.domain import Market
from spock_core.domain.source import Source
from spock_core.domain.stock import Stock, StockKey
from spock_core.reading.audit.agreement import Share

Key = TypeVar("Key")


class OfSource(NamedTuple):
    """A source in a region."""

    region: str
    source: str


class OfPair(NamedTuple):
    """Two sources in a region, in the order of their names."""

    region: str
    source: str
    other: str


class Difference(NamedTuple):
    """A stock of which sources say different sectors."""

    stock: Stock
    said: Mapping[str, str]
    """The sector that each source says, a two-digit code."""


@dataclass(slots=True)
class BySource:
    """What the sources say of the active stocks of some regions."""

    stocks: dict[str, int] = field(default_factory=dict)
    """The number of stocks by region."""
    says: dict[OfSource, int] = field(default_factory=dict)
    """The number of stocks of which a source says a sector."""
    official: dict[OfSource, Share] = field(default_factory=dict)
    """How often that is the official sector; empty without official sectors."""
    pairs: dict[OfPair, Share] = field(default_factory=dict)
    """How often two sources say the same sector."""
    differences: list[Difference] = field(default_factory=list)
    """In the order of the stocks."""


def measure_sources(
    stocks: Iterable[Stock],
    markets: Mapping[str, Market],
    sources: Mapping[str, Source],
    official: Mapping[StockKey, str] = MappingProxyType({}),
) -> BySource:
    """Returns what the sources say of these stocks; of a provider's sources the latest counts.

    `official` maps stocks to two-digit sector codes. Stocks of regions whose market is not
    installed are ignored.
    """
    found = BySource()
    for stock in stocks:
        market = markets.get(stock.listing.region)
        if market is None:
            continue
        region = market.region
        found.stocks[region] = found.stocks.get(region, 0) + 1
        said = _said(stock, market, sources)
        for name, sector in said.items():
            of_source = OfSource(region, name)
            found.says[of_source] = found.says.get(of_source, 0) + 1
            if stock.key in official:
                _count(found.official, of_source, agrees=sector == official[stock.key])
        for (name, sector), (other, others) in combinations(said.items(), 2):
            _count(found.pairs, OfPair(region, name, other), agrees=sector == others)
        if len(set(said.values())) > 1:
            found.differences.append(Difference(stock, said))
    return found


def _said(stock: Stock, market: Market, sources: Mapping[str, Source]) -> dict[str, str]:
    """The sector that each source says last, in the order of the sources' names."""
    latest = latest_observations(stock.observations, sources)
    claims = {one.source: read_claim(one, market, sources) for one in latest}
    return {
        name: claim.gics_code[:2]
        for name, claim in sorted(claims.items())
        if claim is not None and claim.gics_code
    }


def _count(shares: dict[Key, Share], key: Key, *, agrees: bool) -> None:
    so_far = shares.get(key, Share(0, 0))
    shares[key] = Share(so_far.agree + agrees, so_far.stocks + 1)
