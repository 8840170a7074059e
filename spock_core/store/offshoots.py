"""What it takes to find families: names and kinds of all stocks of a region."""

from __future__ import annotations

from sqlalchemy import Connection, select

from spock_core.domain import AssetType, Listing, SecurityType
from spock_core.store.schema import tickers

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
