"""Spock's market US: the United States."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl
from spock_us.market import MARKET

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
    from spock_us.sandbox import RECIPE

    return RECIPE


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the source of this package."""
    from spock_us.nasdaq_trader import NasdaqTrader

    return (NasdaqTrader(),)


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns made-up directories of symbols of Nasdaq."""
    if market.region != MARKET.region:
        return {}
    from spock_us.sandbox_tables import nasdaq_tables

    return nasdaq_tables(businesses)
