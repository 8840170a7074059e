"""What it takes to find families: names and kinds of all stocks of a region, and what was told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select

from spock_core.domain import AssetType, Listing, SecurityType
from spock_core.need import Key
from spock_core.store.schema import observations, tickers

_COLUMNS = (
    *("region", "ticker", "name", "name_local", "exchange", "kis_exchange", "currency"),
    *("lot_size", "kis_sector_code", "security_type"),
)


def read_listings(connection: Connection, region: str) -> list[Listing]:
    """The active stocks of a region, in the order of their tickers."""
    query = select(*(tickers.c[name] for name in _COLUMNS)).where(
        tickers.c.region == region,
        tickers.c.is_active,
        tickers.c.asset_type == AssetType.STOCK.value,
    )
    kinds = {kind.value: kind for kind in SecurityType}
    found = []
    for row in connection.execute(query.order_by(tickers.c.ticker)):
        values = dict(zip(_COLUMNS, row, strict=True))
        kind = kinds[values.pop("security_type")]
        found.append(Listing(**values, asset_type=AssetType.STOCK, security_type=kind))
    return found


def read_told(connection: Connection, region: str, source: str) -> dict[Key, Mapping[str, str]]:
    """What a source has said of a region's stocks."""
    columns = observations.c
    query = select(columns.ticker, columns.words)
    query = query.where(columns.region == region, columns.source == source)
    return {Key(region, row.ticker): json.loads(row.words) for row in connection.execute(query)}


def withdraw(connection: Connection, keys: Sequence[Key], source: str) -> None:
    """Forgets what a source has said of these stocks."""
    match = (observations.c[name] == bindparam(f"key_{name}") for name in Key._fields)
    rows = [{"key_region": key.region, "key_ticker": key.ticker} for key in keys]
    connection.execute(delete(observations).where(observations.c.source == source, *match), rows)
