"""Counts over the active stocks of a register, for reports."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select

from spock_core.store.schema import observations, tickers
from spock_core.store.views import stocks


def count_by(connection: Connection, *names: str) -> dict[tuple[Any, ...], int]:
    """Counts active stocks by the values of some columns of the view `stocks`, in their order."""
    columns = [stocks.c[name] for name in names]
    query = select(*columns, func.count()).where(stocks.c.is_active).group_by(*columns)
    rows = connection.execute(query.order_by(*columns))
    return {tuple(row[:-1]): row[-1] for row in rows}


class Said(NamedTuple):
    """Stocks of a region about which two sources said these words."""

    region: str
    one: str
    one_words: Mapping[str, str]
    other: str
    other_words: Mapping[str, str]
    stocks: int


def count_by_words(connection: Connection, without: Collection[str]) -> Iterator[Said]:
    """Counts active stocks by the words of each two sources, but for the sources `without`."""
    one, other = observations.alias("one"), observations.alias("other")
    same = and_(one.c.region == other.c.region, one.c.ticker == other.c.ticker)
    listed = and_(tickers.c.region == one.c.region, tickers.c.ticker == one.c.ticker)
    columns = (one.c.region, one.c.source, one.c.words, other.c.source, other.c.words)
    query = (
        select(*columns, func.count())
        .select_from(one.join(other, same).join(tickers, listed))
        .where(
            one.c.source < other.c.source,
            one.c.source.not_in(without),
            other.c.source.not_in(without),
            tickers.c.is_active,
        )
        .group_by(*columns)
    )
    for region, name, words, second, second_words, count in connection.execute(query):
        yield Said(region, name, json.loads(words), second, json.loads(second_words), count)
