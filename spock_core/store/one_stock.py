"""Everything that the register knows of one instrument."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from spock_core.domain import Observation
from spock_core.domain.stock import StockKey
from spock_core.store.schema import (
    changes,
    identifiers,
    listing_periods,
    observations,
    stock_details,
    tickers,
    unknowns,
)


@dataclass(frozen=True, slots=True)
class StoredStock:
    """One instrument, whole."""

    listing: Mapping[str, Any]
    """Its row of `tickers`."""
    details: Mapping[str, Any] | None
    """Its row of `stock_details`; None for what is no stock."""
    observations: tuple[Observation, ...]
    unknowns: tuple[Mapping[str, Any], ...]
    """What was asked in vain."""
    identifiers: tuple[Mapping[str, Any], ...]
    """Its rows of `identifiers`."""
    history: tuple[Mapping[str, Any], ...]
    """Changes, the latest first."""
    earlier: tuple[Mapping[str, Any], ...] = ()
    """Its rows of `listing_periods` that have ended, the latest first."""
    doubt: Mapping[str, Any] | None = None
    """Its row of `listing_periods` that has not: what the key stood for before the doubt."""


def read_stock(connection: Connection, key: StockKey) -> StoredStock:
    """All about an instrument that is in the register."""

    def rows(table: Any, *order: Any) -> list[Mapping[str, Any]]:
        query = select(table).where(table.c.region == key.region, table.c.ticker == key.ticker)
        return [dict(row._mapping) for row in connection.execute(query.order_by(*order))]

    [listing] = rows(tickers)
    periods = rows(listing_periods, listing_periods.c.period.desc())
    return StoredStock(
        listing=listing,
        details=next(iter(rows(stock_details)), None),
        observations=tuple(
            Observation(*key, row["source"], json.loads(row["words"]), row["observed_at"])
            for row in rows(observations, observations.c.source)
        ),
        unknowns=tuple(rows(unknowns, unknowns.c.source)),
        identifiers=tuple(rows(identifiers, identifiers.c.scheme)),
        history=tuple(rows(changes, changes.c.change_id.desc())),
        earlier=tuple(
            {
                **row,
                "observations": json.loads(row["observations"]),
                "identifiers": json.loads(row["identifiers"] or "{}"),
            }
            for row in periods
            if row["ended_at"] is not None
        ),
        doubt=next((row for row in periods if row["ended_at"] is None), None),
    )
