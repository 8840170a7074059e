"""What it takes to find families: names and kinds of all stocks of a region."""

from __future__ import annotations

from sqlalchemy import Connection, select

from spock_core.domain import AssetType, Listing, SecurityType
from spock_core.store.schema import tickers

_COLUMNS = tuple(n for n in Listing._fields if n in tickers.c and n != "asset_type")


def read_listings(connection: Connection, region: str) -> tuple[list[Listing], list[Listing]]:
    """The stocks of a region, in the order of their tickers: active ones, and former ones."""
    query = select(tickers.c.is_active, *(tickers.c[name] for name in _COLUMNS)).where(
        tickers.c.region == region, tickers.c.asset_type == AssetType.STOCK.value
    )
    kinds = {kind.value: kind for kind in SecurityType}
    active: list[Listing] = []
    former: list[Listing] = []
    for is_active, *row in connection.execute(query.order_by(tickers.c.ticker)):
        values = dict(zip(_COLUMNS, row, strict=True))
        kind = kinds[values.pop("security_type")]
        listing = Listing(**values, asset_type=AssetType.STOCK, security_type=kind)
        (active if is_active else former).append(listing)
    return active, former
