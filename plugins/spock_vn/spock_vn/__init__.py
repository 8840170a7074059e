"""Spock's market VN: Vietnam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl
from spock_vn.market import MARKET

if TYPE_CHECKING:
    from spock_core import Recipe

SPOCK_HOOKS = 1


@hookimpl
def spock_markets() -> tuple[Market, ...]:
    """Returns the market of this package."""
    return (MARKET,)


@hookimpl
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """Returns how the sandbox makes up the market's lists."""
    if market.region != MARKET.region:
        return None
    from spock_vn.sandbox import RECIPE

    return RECIPE
