"""The words of a source's observations of the made-up market, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core.domain import Listing, Market
from spock_core.domain.queries import QuerySource
from spock_core.domain.source import TableSource
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import made_up_tables, rows_of
from spock_core.testing.contracts.sources.queries.base import known_words_of
from spock_core.testing.table_files import made_up_files


def known_words(
    source: AskedSource, market: Market, stocks: Mapping[str, Listing]
) -> list[Mapping[str, str]]:
    """Returns the words of a source's observations of the made-up market."""
    if isinstance(source.raw, TableSource):
        files = made_up_files(source.files(market), made_up_tables(market.region))
        return [row.words for row in rows_of(source, market, files, stocks) if row.words]
    if isinstance(source.raw, QuerySource):
        return known_words_of(source, market, stocks)
    said = source.observe(market, tuple(stocks.values()), f"of {market.region}'s listings")
    return [one.words for one in said]
