"""The recipe for a market whose plugin gives none."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.domain import Exchange, Market
from spock_core.plugins.recipe import ListRecipe, Recipe, tickers_like

STOCKS, FUNDS = 600, 30
"""Instruments in each list of a universe of full size."""
UNCLASSIFIED = 0.3
"""Share of stocks that KIS has not classified."""


def plain_recipe(market: Market) -> Recipe | None:
    """Returns a recipe for the lists that the sandbox can serve: common stocks, and funds unless
    the market is listed by Yahoo. Returns None if it can serve none of them."""
    served = [exchange for exchange in market.exchanges if _is_served(exchange, market.listed_by)]
    return recipe_of(market, served) if served else None


def recipe_of(market: Market, exchanges: Sequence[Exchange]) -> Recipe:
    """Returns a plain recipe for the lists of these exchanges."""
    lists = (_list_recipe(exchange, market.listed_by) for exchange in exchanges)
    return Recipe(market.region, tuple(lists))


def _is_served(exchange: Exchange, listed_by: str) -> bool:
    return listed_by in ("yahoo", "csv") or (listed_by == "kis" and exchange.kis_code is not None)


def _list_recipe(exchange: Exchange, listed_by: str) -> ListRecipe:
    return ListRecipe(
        exchange.list_name,
        tickers_like("AAAA"),
        stocks=STOCKS,
        funds=0 if listed_by == "yahoo" else FUNDS,
        unclassified=UNCLASSIFIED,
        lots=(exchange.lot_size,),
    )
