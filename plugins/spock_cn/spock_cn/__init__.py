"""Spock's market CN: mainland China."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_cn.market import MARKET
from spock_core import Market, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spock_core import Listing, Recipe, TableSource

SPOCK_HOOKS = 3


@hookimpl
def spock_markets() -> tuple[Market, ...]:
    """Returns the market of this package."""
    return (MARKET,)


@hookimpl
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """Returns how the sandbox makes up the market's lists."""
    if market.region != MARKET.region:
        return None
    from spock_cn.sandbox import RECIPE

    return RECIPE


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the source of this package."""
    from spock_cn.shenwan import Shenwan

    return (Shenwan(),)


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the made-up table of Shenwan's industries."""
    if market.region != MARKET.region:
        return {}
    from spock_cn.sandbox import shenwan_table

    return shenwan_table(businesses)
