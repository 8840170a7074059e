"""Reads the whole register, stock by stock."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from spock_core.store.schema import tickers
from spock_core.store.stocks import Stock, read_stocks

BATCH = 2_000


def read_every_stock(
    connection: Connection, regions: Collection[str] | None = None
) -> Iterator[Stock]:
    """All active stocks with all that is known of them, in the order of their keys.

    `regions`: only of these; the register need not have them.
    """
    query = select(tickers.c.region).distinct().order_by(tickers.c.region)
    there = connection.execute(query).scalars().all()
    for region in there:
        if regions is not None and region not in regions:
            continue
        after = ""
        while batch := read_stocks(connection, region, after, BATCH):
            yield from batch
            after = batch[-1].listing.ticker
