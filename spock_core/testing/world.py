"""What is installed, as the kit needs it: one market alone, without it, or beside a broken one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from spock_core.context import RunContext
from spock_core.domain import Exchange, ListItem, ListState, Market, VenueList
from spock_core.hookspecs import hookimpl
from spock_core.plugins import Plugins, load_plugins

NEIGHBOUR = "ZZ"
"""A region that ISO 3166 leaves to its users."""


def alone(region: str) -> Plugins:
    """What is installed, as if no other region's market were."""
    plugins = load_plugins()
    plugins.markets = {region: plugins.markets[region]}
    return plugins


def without(region: str) -> Plugins:
    """What is installed, as if the region's plugin were not."""
    plugins = load_plugins()
    owner = plugins.plugin_of(region)
    if owner is not None:
        plugins.manager.unregister(name=owner.key)
        plugins.plugins = tuple(one for one in plugins.plugins if one is not owner)
        for gone in owner.regions:
            del plugins.markets[gone]
    return plugins


def beside_a_broken_region(region: str) -> Plugins:
    """The market and a neighbour whose list cannot be had."""
    plugins = alone(region)
    venue = Exchange("XXXX", "Nowhere", "XXX")
    neighbour = Market(NEIGHBOUR, "Nowhere", (venue,), priority=0)
    plugins.markets = {NEIGHBOUR: neighbour, **plugins.markets}
    plugins.add(Lists(NEIGHBOUR, lambda _exchange: None), "neighbour")
    return plugins


def with_lists(region: str, items: Callable[[Exchange], Iterable[ListItem]]) -> Plugins:
    """The market alone, with these lists in place of its own."""
    plugins = alone(region)
    plugins.add(Lists(region, items), "lists of the kit")
    return plugins


@dataclass(frozen=True)
class Lists:
    """Lists that the kit makes up for a region; None for one that cannot be had."""

    region: str
    items: Callable[[Exchange], Iterable[ListItem] | None]

    @hookimpl(tryfirst=True)
    def spock_listings(
        self, market: Market, states: Mapping[str, ListState], run: RunContext
    ) -> Iterable[VenueList] | None:
        """The lists of that region."""
        if market.region != self.region:
            return None
        return [self._list(exchange) for exchange in market.exchanges]

    def _list(self, exchange: Exchange) -> VenueList:
        items = self.items(exchange)
        if items is None:
            return VenueList(exchange, error=f"{exchange.list_name}: the kit gives no list")
        return VenueList(exchange, items=items)
