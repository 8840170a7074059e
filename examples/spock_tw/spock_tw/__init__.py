"""Spock's market TW: Taiwan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl

from spock_tw.market import MARKET

if TYPE_CHECKING:
    from spock_core import Recipe

SPOCK_HOOKS = 2
"""The version of Spock's hooks for which this package was written."""


@hookimpl
def spock_markets() -> tuple[Market, ...]:
    """The market of this package."""
    return (MARKET,)


@hookimpl
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """How the sandbox makes up its lists."""
    if market.region != MARKET.region:
        return None
    from spock_tw.sandbox import RECIPE

    return RECIPE
