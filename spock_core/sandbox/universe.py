"""Makes up a universe: companies, what they truly are, and the securities they list.

Seeded: the same markets, size and seed give the same universe on any machine. What a company
truly does is kept beside what its list says, so that every provider of the sandbox can be made to
know it, to be silent or to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from spock_core.domain import Market
from spock_core.domain.errors import PLUGIN_FAULTS
from spock_core.plugins.recipe import Recipe
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.generator import _lists
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sandbox.plain_recipe import plain_recipe

FULL_SIZE = 18_944
HOOK = "spock_sandbox_recipe"


def make_universe(plugins: Plugins, size: int = FULL_SIZE, seed: int = 1) -> Universe:
    """The universe of all installed markets, scaled to about `size` stocks.

    A market that is installed alone has its own share of it and no more. One without a recipe, or
    with one that cannot be used, gets a plain one. One whose lists nobody here serves gets none,
    and neither does one whose rules fail on what is made up.
    """
    lists: dict[tuple[str, str], tuple[Instrument, ...]] = {}
    for market in plugins.markets.values():
        for plugin, recipe in _recipes(market, plugins):
            try:
                made = _lists(market, recipe, size / FULL_SIZE, seed)
                _try_out(Universe(made), market)
            except PLUGIN_FAULTS as error:
                plugins.report_fault(plugin, HOOK, error)
                continue
            lists |= made
            break
    return Universe(lists)


def _try_out(universe: Universe, market: Market) -> None:
    """Makes what each provider would have of a market. Raises whatever its code or words raise."""
    from spock_core.sandbox.csv_tables import tables
    from spock_core.sandbox.kis_files import contents
    from spock_core.sandbox.yahoo_knowledge import ask_rules

    for _ in chain(contents(universe), tables(universe, {market.region: market})):
        pass
    ask_rules(universe, market)


def _recipes(market: Market, plugins: Plugins) -> Iterator[tuple[str, Recipe]]:
    """The market's own recipe, and a plain one should it be of no use; with whose fault it would
    be if it is of none."""
    yield from islice(plugins.answers(HOOK, Recipe, market=market), 1)
    plain = plain_recipe(market)
    if plain is not None:
        owner = plugins.plugin_of(market.region)
        yield owner.key if owner else market.region, plain
