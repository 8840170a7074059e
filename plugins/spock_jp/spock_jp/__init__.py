"""Spock's market JP: Japan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import Market, hookimpl
from spock_jp.market import MARKET

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
    from spock_jp.sandbox import RECIPE

    return RECIPE


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the source of this package."""
    from spock_jp.jpx import Jpx

    return (Jpx(),)


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the made-up list of issues of the Tokyo Stock Exchange."""
    if market.region != MARKET.region:
        return {}
    from spock_jp.sandbox import jpx_table

    return jpx_table(businesses)
