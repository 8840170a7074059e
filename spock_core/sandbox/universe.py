"""Makes up a universe: companies, their actual business, and the securities they list.

The same markets, size and seed give the same universe on any machine. An instrument has its actual
sector beside the one in its list, so that a provider of the sandbox can know it, not know it, or be
wrong about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from spock_core.domain import Listing, Market
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.plugins.faults import wrong_type
from spock_core.plugins.recipe import Recipe
from spock_core.plugins.registry import Plugins
from spock_core.plugins.service import MadeUpService
from spock_core.sandbox.generator import make_lists
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sandbox.plain_recipe import plain_recipe

FULL_SIZE = 18_944
"""Stocks of the five built-in markets together, by their recipes."""
HOOK = "spock_sandbox_recipe"
TABLES_HOOK = "spock_sandbox_tables"
SERVICES_HOOK = "spock_sandbox_services"


def make_universe(plugins: Plugins, size: int = FULL_SIZE, seed: int = 1) -> Universe:
    """Returns the universe of all installed markets.

    `size` is the approximate number of stocks if all five built-in markets are installed; a market
    has the same stocks whether or not others are. A market without a usable recipe of its own gets
    a plain one. It is left out if the sandbox cannot serve its lists or its rules fail on them.
    """
    lists: dict[tuple[str, str], tuple[Instrument, ...]] = {}
    tables: dict[str, bytes] = {}
    businesses: dict[Listing, str] = {}
    for market in plugins.markets.values():
        for plugin, recipe in _recipes(market, plugins):
            try:
                market_lists = make_lists(market, recipe, size / FULL_SIZE, seed)
                _check_servable(Universe(market_lists), market)
            except PLUGIN_FAULTS as error:
                pass_on(error)
                plugins.report_fault(plugin, HOOK, error)
                continue
            lists |= market_lists
            known = businesses_of(market, Universe(market_lists))
            tables |= _tables(market, known, plugins)
            businesses |= known
            break
    return Universe(lists, tables, tuple(services_of(plugins, businesses)))


def businesses_of(market: Market, universe: Universe) -> dict[Listing, str]:
    """Returns the listings of one market, each with the GICS code of its issuer's business."""
    from spock_core.sandbox.yahoo_knowledge import listing_of

    return {listing_of(one, market): one.gics_code for one in universe.instruments()}


def services_of(plugins: Plugins, businesses: Mapping[Listing, str]) -> Iterator[MadeUpService]:
    """Yields the providers of all plugins' query sources, as they know these listings."""
    for plugin, answers in plugins.each(SERVICES_HOOK, businesses=businesses):
        for services in answers:
            for one in services if isinstance(services, Iterable) else (services,):
                if isinstance(one, MadeUpService):
                    yield one
                else:
                    plugins.report_fault(plugin, SERVICES_HOOK, wrong_type(one, MadeUpService))


def _tables(
    market: Market, businesses: Mapping[Listing, str], plugins: Plugins
) -> dict[str, bytes]:
    """Returns the files of all plugins' table sources for one market."""
    found: dict[str, bytes] = {}
    for plugin, answers in plugins.each(TABLES_HOOK, market=market, businesses=businesses):
        for files in answers:
            if isinstance(files, Mapping):
                found |= files
            else:
                plugins.report_fault(plugin, TABLES_HOOK, wrong_type(files, Mapping))
    return found


def _check_servable(universe: Universe, market: Market) -> None:
    """Formats the universe for each provider. Raises what the market's rules and texts raise."""
    from spock_core.sandbox.csv_tables import tables
    from spock_core.sandbox.kis_files import contents
    from spock_core.sandbox.yahoo_knowledge import check_symbol_rule

    for _ in chain(contents(universe), tables(universe, {market.region: market})):
        pass
    check_symbol_rule(universe, market)


def _recipes(market: Market, plugins: Plugins) -> Iterator[tuple[str, Recipe]]:
    """Yields the market's own recipe, then a plain one; each with the name of the plugin to which a
    fault would be reported."""
    yield from islice(plugins.answers(HOOK, Recipe, market=market), 1)
    plain = plain_recipe(market)
    if plain is not None:
        owner = plugins.plugin_of(market.region)
        yield owner.key if owner else market.region, plain
