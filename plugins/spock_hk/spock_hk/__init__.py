"""Spock's market HK: Hong Kong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl
from spock_hk.market import MARKET

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
    from spock_hk.sandbox import RECIPE

    return RECIPE


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the sources of this package."""
    from spock_hk.eastmoney import Eastmoney
    from spock_hk.hkex import Hkex

    return (Hkex(), Eastmoney())


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns made-up tables of HKEX and Eastmoney."""
    if market.region != MARKET.region:
        return {}
    from spock_hk.sandbox_tables import eastmoney_table, hkex_table

    return {**hkex_table(businesses), **eastmoney_table(businesses)}
