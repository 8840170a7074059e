"""The installed plugins as contracts need them: one market alone, without it, or with others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spock_core.domain import Exchange, ListItem, ListState, Market, VenueList
from spock_core.domain.queries import Site
from spock_core.domain.source import Source
from spock_core.plugins.context import RunContext
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.recipe import Recipe
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.sandbox.plain_recipe import plain_recipe, recipe_of

NEIGHBOUR = "ZZ"
"""A code that ISO 3166 reserves for private use."""


def market_alone(region: str) -> Plugins:
    """Returns the installed plugins with this region's market as the only one.

    A market is made up for a region that has none: a source can be tested without one.
    """
    plugins = load_plugins()
    plugins.markets = {region: plugins.markets.get(region) or made_up_market(region)}
    plugins.add(PlainRecipe(region), "recipe of the kit")
    return plugins


def made_up_market(region: str) -> Market:
    """Returns a market of one exchange, whose tickers have four letters in its plain recipe."""
    return Market(region, "Made up", (Exchange("XXXX", "Made up", "XXX"),))


def core_has_all_lists(market: Market) -> bool:
    """Whether core itself reads every list of the market, so that the sandbox can serve them all.

    False if the market's package implements `spock_listings`, which may read from the internet.
    """
    plain = plain_recipe(market)
    all_by_core = plain is not None and len(plain.lists) == len(market.exchanges)
    plugins = load_plugins()
    return all_by_core and not listing_plugins(plugins) & plugins_of_package(market.region, plugins)


def listing_plugins(plugins: Plugins) -> set[str]:
    """Returns the keys of the third-party plugins that implement `spock_listings`."""
    given = plugins.manager.hook.spock_listings.get_hookimpls()
    return {one.plugin_name for one in given} - set(BUILT_IN)


def plugins_of_package(region: str, plugins: Plugins) -> set[str]:
    """Returns the keys of all plugins in the distribution that brings a region's market."""
    owner = plugins.plugin_of(region)
    return {one.key for one in plugins.plugins if owner and one.distribution == owner.distribution}


def without_market(region: str) -> Plugins:
    """Returns the installed plugins without the one that brings this region's market."""
    plugins = load_plugins()
    owner = plugins.plugin_of(region)
    if owner is not None:
        plugins.manager.unregister(name=owner.key)
        plugins.plugins = tuple(one for one in plugins.plugins if one is not owner)
        for gone in owner.regions:
            del plugins.markets[gone]
    return plugins


def without_source(plugins: Plugins, name: str) -> Plugins:
    """Takes one source away from the plugins; all else that its plugin brings stays."""
    return _with_source(plugins, name, lambda _: ())


def with_site(plugins: Plugins, name: str, change: Callable[[Site], Site]) -> Plugins:
    """Changes the site of one query source: its rate, or its budget."""
    return _with_source(plugins, name, lambda source: (_at_another_site(source, change),))


def _with_source(
    plugins: Plugins, name: str, change: Callable[[Source], tuple[Source, ...]]
) -> Plugins:
    for key, answer in list(plugins.each("spock_sources")):
        sources = [one for some in answer for one in some]
        if any(one.name == name for one in sources):
            changed = [
                other for one in sources for other in (change(one) if one.name == name else (one,))
            ]
            plugin = plugins.manager.unregister(name=key)
            plugins.add(_Rest(plugin, changed), key)
    return plugins


def _at_another_site(source: Source, change: Callable[[Site], Site]) -> Source:
    kind: Any = type(source)
    varied = copy.copy(source)
    varied.__class__ = type(
        kind.__name__,
        (kind,),
        {
            "__slots__": (),
            "__module__": kind.__module__,
            "site": lambda self, settings: change(kind.site(self, settings)),
        },
    )
    return varied


def with_failing_neighbour(plugins: Plugins) -> Plugins:
    """Returns the plugins with the market `NEIGHBOUR` added, whose only list is unavailable."""
    venue = Exchange("XXXX", "Nowhere", "XXX")
    neighbour = Market(NEIGHBOUR, "Nowhere", (venue,), priority=0)
    plugins.markets = {NEIGHBOUR: neighbour, **plugins.markets}
    plugins.add(MadeUpLists(NEIGHBOUR, lambda _exchange: None), "neighbour")
    return plugins


def with_lists(region: str, items: Callable[[Exchange], Iterable[ListItem]]) -> Plugins:
    """Returns the plugins with this market alone, and these lists instead of its own."""
    plugins = market_alone(region)
    plugins.add(MadeUpLists(region, items), "lists of the kit")
    return plugins


@dataclass(frozen=True)
class PlainRecipe:
    """A plugin with a plain recipe for a market that has none, whatever its listing source."""

    region: str

    @hookimpl(trylast=True)
    def spock_sandbox_recipe(self, market: Market) -> Recipe | None:
        """Returns the plain recipe."""
        return recipe_of(market, market.exchanges) if market.region == self.region else None


@dataclass(frozen=True)
class MadeUpLists:
    """A plugin with made-up lists for a region. `items` returns None for an unavailable list."""

    region: str
    items: Callable[[Exchange], Iterable[ListItem] | None]

    @hookimpl(tryfirst=True)
    def spock_listings(
        self, market: Market, states: Mapping[str, ListState], run: RunContext
    ) -> Iterable[VenueList] | None:
        """Returns the made-up lists."""
        if market.region != self.region:
            return None
        return [self._list(exchange) for exchange in market.exchanges]

    def _list(self, exchange: Exchange) -> VenueList:
        items = self.items(exchange)
        if items is None:
            return VenueList(exchange, error=f"{exchange.list_name}: the kit has no such list")
        return VenueList(exchange, items=items)


class _Rest:
    """All hooks of a plugin, with other sources than its own."""

    def __init__(self, plugin: object, sources: Sequence[Source]) -> None:
        for part in dir(plugin):
            if part.startswith("spock_"):
                setattr(self, part, getattr(plugin, part))
        self.spock_sources = hookimpl(lambda: sources)
