"""What a run will have to ask of stocks that nobody has been asked about: an estimate."""

from __future__ import annotations

from collections.abc import Iterator

from spock_core.domain import Market
from spock_core.domain.stock import AskableStock, PendingStock, StockKey
from spock_core.plugins.context import RunContext
from spock_core.plugins.recipe import Recipe
from spock_core.settings.model import Settings

HOOK = "spock_sandbox_recipe"
FULL_SIZE = 18_944
"""Stocks of the five built-in markets together, by their recipes."""
KNOWN_SHARE = 0.13
"""Share of the stocks in no group of the provider that it knows all the same: 63 of 500, of the
real lists of 2025-06."""


def expected_stocks(market: Market, run: RunContext) -> Iterator[PendingStock]:
    """Yields stocks as a market's lists will bring them, in the number that its recipe states.

    Reading the lists instead would be exact, but a dry run fetches nothing. A recipe has the sizes
    of the real lists, and the sandbox's are a share of them. A market without one yields none.
    """
    recipe = next((one for _, one in run.plugins.answers(HOOK, Recipe, market=market)), None)
    for made in recipe.lists if recipe is not None else ():
        exchange = market.exchange(made.list_name)
        related = sum(offshoot.share for offshoot in made.offshoots)
        number = round(made.stocks * max(1 - related, 0) * _scale(run.settings))
        for n in range(number):
            key = StockKey(market.region, f"{made.list_name} {n}")
            symbol = key.ticker if exchange.yahoo_codes else None
            stock = AskableStock(
                key, exchange.mic, exchange.kis_code, symbol, currency=exchange.currency
            )
            yield PendingStock(
                stock=stock,
                group=None,
                missed=False,
                asked_at=None,
                listed_at=run.now,
            )


def _scale(settings: Settings) -> float:
    return settings.sandbox_size / FULL_SIZE if settings.sandbox else 1.0


def known_share(settings: Settings) -> float:
    """Returns the share of the stocks in no group that a provider is expected to know. The
    sandbox's knows none."""
    return 0.0 if settings.sandbox else KNOWN_SHARE
