"""Keeps the observations of one source equal to what it says now: new, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, select

from spock_core.domain import AssetType, Observation
from spock_core.domain.stock import StockKey
from spock_core.store.observations import (
    read_words,
    withdraw_observations,
    write_observations,
)
from spock_core.store.periods import read_ended
from spock_core.store.rows import in_parts
from spock_core.store.schema import tickers


def replace_overrides(
    connection: Connection, source: str, regions: Collection[str], wanted: Sequence[Observation]
) -> tuple[list[StockKey], list[StockKey]]:
    """Makes the stored observations of a source in these regions exactly what is wanted.

    What is stored with the same words stays as it is, with its moment. What was said with the same
    words of the instrument that the key stood for before is not said of the present one.

    Returns the keys, in order, of what is wanted and no stock of the register, and of what is
    wanted and was said of an earlier instrument.
    """
    stored = read_words(connection, source, regions)
    by_key = {StockKey(one.region, one.ticker): one for one in wanted}
    outdated = sorted(
        key
        for region in regions
        for ticker, ended in read_ended(connection, region).items()
        if (key := StockKey(region, ticker)) in by_key
        and key not in stored
        and by_key[key].words == ended.words.get(source)
    )
    for key in outdated:
        del by_key[key]
    there = {key for region in regions for key in _stocks(connection, region, by_key)}
    changed = [one for key, one in by_key.items() if key in there and stored.get(key) != one.words]
    write_observations(connection, changed)
    withdraw_observations(connection, source, [key for key in stored if key not in by_key])
    return sorted(by_key.keys() - there), outdated


def _stocks(connection: Connection, region: str, keys: Collection[StockKey]) -> Iterator[StockKey]:
    """Those of these keys that are stocks of a region, active or not."""
    names = sorted(key.ticker for key in keys if key.region == region)
    for some in in_parts(names):
        query = select(tickers.c.region, tickers.c.ticker).where(
            tickers.c.region == region,
            tickers.c.ticker.in_(some),
            tickers.c.asset_type == AssetType.STOCK.value,
        )
        yield from (StockKey(*row) for row in connection.execute(query))
