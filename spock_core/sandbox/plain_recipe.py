"""What the sandbox makes up for a market that does not say what its lists look like."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.domain import Exchange, Market
from spock_core.plugins.recipe import ListRecipe, Recipe, tickers_like

STOCKS, FUNDS = 600, 30
"""In each list of a universe of full size."""
UNCLASSIFIED = 0.3


def plain_recipe(market: Market) -> Recipe | None:
    """Common stocks, and funds where its listing source has some; None for a market whose lists
    core does not read, or not all: its own code goes on giving them."""
    listed = [exchange for exchange in market.exchanges if _is_served(exchange, market.listed_by)]
    return recipe_of(market, listed) if listed else None


def recipe_of(market: Market, exchanges: Sequence[Exchange]) -> Recipe:
    """A plain recipe of these exchanges' lists."""
    return Recipe(market.region, tuple(_plain(one, market.listed_by) for one in exchanges))


def _is_served(exchange: Exchange, listed_by: str) -> bool:
    return listed_by in ("yahoo", "csv") or (listed_by == "kis" and exchange.kis_code is not None)


def _plain(exchange: Exchange, listed_by: str) -> ListRecipe:
    return ListRecipe(
        exchange.list_name,
        tickers_like("AAAA"),
        stocks=STOCKS,
        funds=0 if listed_by == "yahoo" else FUNDS,
        unclassified=UNCLASSIFIED,
        lots=(exchange.lot_size,),
    )
