"""The tables. `docs/data-dictionary.md` says what every column means."""

from __future__ import annotations

from spock_core.store.schema.asking import (
    decided_kinds,
    failed_screens,
    lists,
    provider_rates,
    provider_rests,
    screens,
    settled,
    staged,
    table_files,
    table_sources,
    unknowns,
)
from spock_core.store.schema.runs import run_regions, runs
from spock_core.store.schema.shared import LISTING_COLUMNS, metadata
from spock_core.store.schema.stocks import (
    changes,
    identifiers,
    listing_periods,
    observations,
    past_states,
    stock_details,
    tickers,
)

__all__ = [
    "LISTING_COLUMNS",
    "changes",
    "decided_kinds",
    "failed_screens",
    "identifiers",
    "listing_periods",
    "lists",
    "metadata",
    "observations",
    "past_states",
    "provider_rates",
    "provider_rests",
    "run_regions",
    "runs",
    "screens",
    "settled",
    "staged",
    "stock_details",
    "table_files",
    "table_sources",
    "tickers",
    "unknowns",
]
