"""What a run would do, from what the register has: asked of nobody, written nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from spock_core.classify_region import stale_before
from spock_core.context import RunContext
from spock_core.domain import Market
from spock_core.store import stocks
from spock_core.store.database import Database


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """What a run would do in one region."""

    region: str
    lists: tuple[str, ...]
    """Lists that would be read."""
    stocks: int
    """Active stocks in the register."""
    due: int
    """Of these, the ones never classified or confirmed too long ago."""


def plan_region(market: Market, database: Database | None, run: RunContext) -> RegionPlan:
    """The plan for a region; without a database, as for an empty register."""
    lists = tuple(exchange.list_name for exchange in market.exchanges)
    if database is None:
        return RegionPlan(market.region, lists, 0, 0)
    with database.read() as connection:
        total = stocks.count_stocks(connection, market.region)
        due = stocks.count_due(connection, market.region, stale_before(run))
    return RegionPlan(market.region, lists, total, due)
