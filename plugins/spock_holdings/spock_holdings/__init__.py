"""Spock's source of official sectors: holdings of funds. It belongs to no market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spock_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spock_core import Listing, Market, TableSource

SPOCK_HOOKS = 3


@hookimpl
def spock_sources() -> tuple[TableSource, ...]:
    """Returns the source of this package."""
    from spock_holdings.source import FundHoldings

    return (FundHoldings(),)


@hookimpl
def spock_sandbox_tables(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns a made-up fund that holds the stocks of a market."""
    from spock_holdings.sandbox import holdings

    return holdings(market, businesses)
