"""Spock's market TW: Taiwan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl

from spock_tw.market import MARKET

if TYPE_CHECKING:
    from spock_core import Recipe

SPOCK_HOOKS = 2
"""The version of Spock's hooks for which this package is written."""


@hookimpl
def spock_markets() -> tuple[Market, ...]:
    """Returns the market of this package."""
    return (MARKET,)


@hookimpl
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """Returns how the sandbox makes up the market's lists."""
    if market.region != MARKET.region:
        return None
    from spock_tw.sandbox import RECIPE

    return RECIPE
