"""What sources said, word for word."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select

from spock_core.domain import Observation
from spock_core.domain.stock import StockKey
from spock_core.store.rows import write_rows
from spock_core.store.schema import observations

_AS_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_OF_TICKERS = select(observations).where(
    observations.c.region.in_(bindparam("regions", expanding=True)),
    observations.c.ticker.in_(bindparam("tickers", expanding=True)),
)


def read_observations(
    connection: Connection, region: str, within: ColumnElement[bool]
) -> dict[str, dict[str, Observation]]:
    """Observations of a region's stocks that a condition selects, by ticker and source."""
    query = select(observations).where(observations.c.region == region, within)
    return _by_ticker(connection.execute(query))


def read_observations_of(
    connection: Connection, regions: Collection[str], names: Collection[str]
) -> dict[str, dict[str, dict[str, Observation]]]:
    """Observations of the stocks with these tickers, a few hundred, in these regions; by region,
    ticker and source."""
    by_region: dict[str, list[Sequence[Any]]] = {}
    for row in connection.execute(_OF_TICKERS, {"regions": regions, "tickers": names}):
        by_region.setdefault(row[0], []).append(row)
    return {region: _by_ticker(rows) for region, rows in by_region.items()}


def _by_ticker(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, Observation]]:
    found: dict[str, dict[str, Observation]] = {}
    for region, ticker, source, words, observed_at in rows:
        said = Observation(region, ticker, source, dict(_read_words(words)), observed_at)
        found.setdefault(ticker, {})[source] = said
    return found


@lru_cache(maxsize=10_000)
def _read_words(text: str) -> tuple[tuple[str, str], ...]:
    """Thousands of stocks have the same words."""
    return tuple(json.loads(text).items())


def read_words(
    connection: Connection, source: str, regions: Collection[str]
) -> dict[StockKey, Mapping[str, str]]:
    """What a source has said of the stocks of these regions, active or not."""
    columns = observations.c
    query = select(columns.region, columns.ticker, columns.words)
    query = query.where(columns.source == source, columns.region.in_(regions))
    return {
        StockKey(region, ticker): json.loads(w) for region, ticker, w in connection.execute(query)
    }


def read_keys_before(
    connection: Connection, source: str, region: str, moment: datetime
) -> set[StockKey]:
    """The stocks of a region of which a source last said something before a moment."""
    columns = observations.c
    query = select(columns.region, columns.ticker).where(
        columns.source == source, columns.region == region, columns.observed_at < moment
    )
    return {StockKey(*row) for row in connection.execute(query)}


def write_observations(connection: Connection, said: Sequence[Observation]) -> None:
    """Writes observations; one of the same stock and source is replaced."""
    rows = [
        {
            "region": one.region,
            "ticker": one.ticker,
            "source": one.source,
            "words": _AS_TEXT.encode(dict(one.words)),
            "observed_at": one.observed_at,
        }
        for one in said
    ]
    write_rows(connection, observations, rows)


def withdraw_observations(connection: Connection, source: str, keys: Iterable[StockKey]) -> None:
    """Forgets what a source has said of these stocks."""
    rows = [{f"key_{name}": value for name, value in key._asdict().items()} for key in keys]
    if rows:
        match = (observations.c[name] == bindparam(f"key_{name}") for name in StockKey._fields)
        connection.execute(
            delete(observations).where(observations.c.source == source, *match), rows
        )
