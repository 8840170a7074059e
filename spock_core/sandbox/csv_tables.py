"""Formats a universe as CSV tables for the listing source `csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from spock_core.domain import Market
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.csv_lists.line import OPTIONAL, REQUIRED
from spock_core.sources.csv_lists.listings import LISTED_BY, table_name

_COLUMNS = tuple(name for name in (*REQUIRED, *OPTIONAL) if name != "yahoo_symbol")
"""Without Yahoo's symbol, so that the market's rule makes it."""


def tables(universe: Universe, markets: Mapping[str, Market]) -> Iterator[tuple[str, bytes]]:
    """Yields file name and content of each list whose market is listed by `csv`."""
    for (region, list_name), instruments in universe.lists.items():
        if markets[region].listed_by == LISTED_BY:
            yield table_name(list_name), table_of(instruments).encode()


def table_of(instruments: tuple[Instrument, ...]) -> str:
    """Returns the CSV text of one list."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for instrument in instruments:
        row = {
            "ticker": instrument.symbol,
            "name": instrument.name,
            "name_local": instrument.name_local,
            "currency": instrument.currency,
            "asset_type": instrument.asset_type.value,
            "lot_size": instrument.lot_size,
            "kis_sector_code": instrument.shown_code,
            "is_depositary_receipt": "no",
        }
        writer.writerow([row[name] for name in _COLUMNS])
    return out.getvalue()
