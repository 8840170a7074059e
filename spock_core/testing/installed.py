"""What is installed, as the kit needs it: one market alone, without it, or beside a broken one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from spock_core.domain import Exchange, ListItem, ListState, Market, VenueList
from spock_core.plugins.context import RunContext
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.recipe import Recipe
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.sandbox.plain_recipe import plain_recipe, recipe_of

NEIGHBOUR = "ZZ"
"""A region that ISO 3166 leaves to its users."""


def alone(region: str) -> Plugins:
    """What is installed, as if no other region's market were."""
    plugins = load_plugins()
    plugins.markets = {region: plugins.markets[region]}
    plugins.add(PlainRecipe(region), "recipe of the kit")
    return plugins


def is_served(market: Market) -> bool:
    """Whether core reads every list of the market, and would read it from the sandbox.

    What the package's own `spock_listings` reads is its affair: it may be on the internet.
    """
    plain = plain_recipe(market)
    all_by_core = plain is not None and len(plain.lists) == len(market.exchanges)
    plugins = load_plugins()
    return all_by_core and not listers(plugins) & package_of(market.region, plugins)


def listers(plugins: Plugins) -> set[str]:
    """The plugins, core's own aside, that give lists: their keys."""
    given = plugins.manager.hook.spock_listings.get_hookimpls()
    return {one.plugin_name for one in given} - set(BUILT_IN)


def package_of(region: str, plugins: Plugins) -> set[str]:
    """The plugins of the distribution that brings a region: their keys."""
    owner = plugins.plugin_of(region)
    return {one.key for one in plugins.plugins if owner and one.distribution == owner.distribution}


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


def beside_a_broken_region(plugins: Plugins) -> Plugins:
    """The same, and a neighbour whose list cannot be had."""
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
class PlainRecipe:
    """Makes up the lists of a market that does not say what they look like, wherever from."""

    region: str

    @hookimpl(trylast=True)
    def spock_sandbox_recipe(self, market: Market) -> Recipe | None:
        """A plain recipe."""
        return recipe_of(market, market.exchanges) if market.region == self.region else None


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
