"""Contracts of a market's recipe for the sandbox, and of its hooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice

from spock_core.domain import Exchange, Market
from spock_core.domain.bounds import is_ticker
from spock_core.plugins import hookspecs
from spock_core.plugins.context import RunContext
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.recipe import ListRecipe
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.plain_recipe import plain_recipe
from spock_core.settings.model import load_settings
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.example import listing
from spock_core.testing.failures import fail
from spock_core.testing.installed import NEIGHBOUR
from spock_core.testing.listings import listings, recipe_of

FEW = 200
TICKERS = 2_000
"""Tickers of a recipe that must all be different, from the first on."""


class RecipeContracts(Contracts):
    """The recipe is complete: the sandbox and the other contracts use it to make up listings."""

    def test_its_recipe_has_a_list_for_each_exchange(
        self, market: Market, exchange: Exchange
    ) -> None:
        """Each exchange has one list in the recipe, by its list name."""
        recipe = recipe_of(market.region)
        names = [one.list_name for one in recipe.lists]
        if recipe.region != market.region:
            fail(f"the recipe is for {recipe.region!r}", f"write Recipe(region={market.region!r})")
        if names.count(exchange.list_name) != 1:
            fail(
                f"the recipe has the lists {names}: exchange {exchange.list_name} is there "
                f"{names.count(exchange.list_name)} times",
                f"give one ListRecipe({exchange.list_name!r}, …)",
            )

    def test_its_recipe_makes_tickers(self, market: Market, exchange: Exchange) -> None:
        """All tickers are valid and different."""
        for one in recipe_of(market.region).lists:
            if one.list_name == exchange.list_name:
                _check_tickers(one, exchange)

    def test_its_hooks_leave_other_regions_alone(self, market: Market) -> None:
        """A hook that takes a market returns None for a market of another package."""
        plugins = load_plugins()
        owner = plugins.plugin_of(market.region)
        others = plugins.manager.get_plugins() - {plugins.manager.get_plugin(owner.key)}  # type: ignore[union-attr]
        stranger = _stranger(market)
        known = {
            "market": stranger,
            "states": {},
            "run": RunContext(load_settings({}), datetime.now(UTC), plugins),
            "listing": listing(stranger, listings(market.region, FEW)[0].ticker),
        }
        for hook, takes in _hooks_of_markets(plugins):
            caller = plugins.manager.subset_hook_caller(hook, others)
            try:
                answer = caller(**{name: known[name] for name in takes})
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            if answer is not None:
                fail(
                    f"{hook} answered for region {NEIGHBOUR}, which is of another package: "
                    f"{str(answer)[:200]}",
                    f"begin {hook} with: if market.region != {market.region!r}: return None",
                )


def _stranger(market: Market) -> Market:
    """Returns a market of another region.

    It has another listing source, since a listing source may serve other packages' markets.
    """
    by_core = plain_recipe(market) is not None
    listed_by = market.listed_by if by_core else "elsewhere"
    return replace(market, region=NEIGHBOUR, listed_by=listed_by)


def _hooks_of_markets(plugins: Plugins) -> Iterator[tuple[str, Sequence[str]]]:
    """Yields the name and the parameters of every hook that answers for one market.

    Those that ask all plugins may answer for any.
    """
    for name in vars(hookspecs):
        spec = getattr(getattr(plugins.manager.hook, name, None), "spec", None)
        if spec is not None and "market" in spec.argnames and spec.opts["firstresult"]:
            yield name, spec.argnames


def _check_tickers(one: ListRecipe, exchange: Exchange) -> None:
    advice = 'use spock_core.tickers_like("2330"), or return another ticker for each number'
    try:
        made = list(islice(map(one.ticker, count()), TICKERS))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    else:
        if len(set(made)) == len(made) and all(_is_ticker(ticker, exchange) for ticker in made):
            return
        said = f"{len(set(made)):,} of {TICKERS:,} are different, the first is {made[0]!r}"
    fail(f"the tickers of {one.list_name} in the recipe: {said}", advice)


def _is_ticker(text: object, exchange: Exchange) -> bool:
    return isinstance(text, str) and text != "" and is_ticker(exchange.ticker_prefix + text)
