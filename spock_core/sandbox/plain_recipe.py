"""What the sandbox makes up for a market that does not say what its lists look like."""

from __future__ import annotations

from spock_core.domain import Exchange, Market
from spock_core.sandbox.recipe import ListRecipe, Recipe

STOCKS, FUNDS = 600, 30
"""In each list of a universe of full size."""
UNCLASSIFIED = 0.3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST = 26**3
"""The first ticker has four letters."""


def plain_recipe(market: Market) -> Recipe | None:
    """Common stocks, and funds where its listing source has some; None for a market whose lists
    core does not read, or not all: its own code goes on giving them."""
    listed = [exchange for exchange in market.exchanges if _is_served(exchange, market.listed_by)]
    if not listed:
        return None
    lists = tuple(_plain(exchange, market.listed_by) for exchange in listed)
    return Recipe(market.region, lists)


def _is_served(exchange: Exchange, listed_by: str) -> bool:
    return listed_by in ("yahoo", "csv") or (listed_by == "kis" and exchange.kis_code is not None)


def _plain(exchange: Exchange, listed_by: str) -> ListRecipe:
    return ListRecipe(
        exchange.list_name,
        _ticker,
        stocks=STOCKS,
        funds=0 if listed_by == "yahoo" else FUNDS,
        unclassified=UNCLASSIFIED,
        lots=(exchange.lot_size,),
    )


def _ticker(number: int) -> str:
    """Four letters, then more."""
    number, ticker = number * 7 + _FIRST, ""
    while number:
        number, place = divmod(number, 26)
        ticker = _LETTERS[place] + ticker
    return ticker
