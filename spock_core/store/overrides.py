"""Keeps the observations of one source equal to what it says now: new, changed, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select

from spock_core.domain import AssetType, Observation
from spock_core.need import Key
from spock_core.store.schema import observations, tickers
from spock_core.store.stocks import write_observations

_AT_ONCE = 500
"""Tickers in one question."""


def apply_overrides(
    connection: Connection, source: str, regions: Collection[str], wanted: Sequence[Observation]
) -> list[Key]:
    """Makes the stored observations of a source in these regions exactly what is wanted.

    What is stored with the same words stays as it is, with its moment. Gives the keys, in order,
    of what is wanted and no stock of the register.
    """
    stored = _stored(connection, source, regions)
    by_key = {Key(one.region, one.ticker): one for one in wanted}
    there = {key for region in regions for key in _stocks(connection, region, by_key)}
    known = {(*key, source) for key in stored}
    changed = [one for key, one in by_key.items() if key in there and stored.get(key) != one.words]
    write_observations(connection, changed, known)
    withdrawn = [key for key in stored if key not in by_key]
    if withdrawn:
        match = (observations.c[name] == bindparam(f"key_{name}") for name in Key._fields)
        rows = [{"key_region": key.region, "key_ticker": key.ticker} for key in withdrawn]
        connection.execute(
            delete(observations).where(observations.c.source == source, *match), rows
        )
    return sorted(by_key.keys() - there)


def _stored(
    connection: Connection, source: str, regions: Collection[str]
) -> dict[Key, Mapping[str, str]]:
    columns = observations.c
    query = select(columns.region, columns.ticker, columns.words)
    query = query.where(columns.source == source, columns.region.in_(regions))
    return {Key(region, ticker): json.loads(w) for region, ticker, w in connection.execute(query)}


def _stocks(connection: Connection, region: str, keys: Collection[Key]) -> Iterator[Key]:
    """Those of these keys that are stocks of a region, active or not."""
    names = sorted(key.ticker for key in keys if key.region == region)
    for start in range(0, len(names), _AT_ONCE):
        query = select(tickers.c.region, tickers.c.ticker).where(
            tickers.c.region == region,
            tickers.c.ticker.in_(names[start : start + _AT_ONCE]),
            tickers.c.asset_type == AssetType.STOCK.value,
        )
        yield from (Key(*row) for row in connection.execute(query))
