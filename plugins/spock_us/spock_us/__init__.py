"""Spock's market US: the United States."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl
from spock_us.market import MARKET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spock_core import Listing, Recipe, Setting, TableSource

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
def spock_settings() -> tuple[Setting, ...]:
    """Returns the settings of this package."""
    from spock_us.sec import CONTACT

    return (CONTACT,)


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the sources of this package."""
    from spock_us.nasdaq_trader import NasdaqTrader
    from spock_us.sec import Sec

    return (NasdaqTrader(), Sec())


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the made-up tables of Nasdaq and the SEC."""
    if market.region != MARKET.region:
        return {}
    from spock_us.sandbox_directories import nasdaq_tables
    from spock_us.sandbox_tables import sec_table

    return {**nasdaq_tables(businesses), **sec_table(businesses)}
