"""Writes a universe as CSV tables, as the listing source `csv` reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from spock_core.domain import Market
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.csv_lists.line import OPTIONAL, REQUIRED
from spock_core.sources.csv_lists.listings import LISTED_BY, table_name

_COLUMNS = tuple(name for name in (*REQUIRED, *OPTIONAL) if name != "yahoo_symbol")
"""Yahoo's symbol is left to the market's rule."""


def tables(universe: Universe, markets: Mapping[str, Market]) -> Iterator[tuple[str, bytes]]:
    """The name and content of every table of a market that is listed by `csv`."""
    for (region, list_name), instruments in universe.lists.items():
        if markets[region].listed_by == LISTED_BY:
            yield table_name(list_name), table_of(instruments).encode()


def table_of(instruments: tuple[Instrument, ...]) -> str:
    """The table of one list."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in instruments:
        row = {
            "ticker": one.symbol,
            "name": one.name,
            "name_local": one.name_local,
            "currency": one.currency,
            "asset_type": one.asset_type.value,
            "lot_size": one.lot_size,
            "kis_sector_code": one.shown_code,
            "is_depositary_receipt": "no",
        }
        writer.writerow([row[name] for name in _COLUMNS])
    return out.getvalue()
