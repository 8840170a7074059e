"""Listing source `csv`: one CSV table for each exchange, at its `list_address`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spock_core.domain import DamagedLine, Exchange, ListItem, ListState, Market, VenueList
from spock_core.domain.errors import ListError
from spock_core.plugins.hookspecs import hookimpl
from spock_core.sources.csv_lists.line import read_header, read_line
from spock_core.sources.lines import LineError, bounded_lines

if TYPE_CHECKING:
    from spock_core.plugins.context import RunContext
    from spock_core.sources.http.download import Download, Downloads

LISTED_BY = "csv"
"""The value of `Market.listed_by` for this source."""
PROVIDER = "csv"
"""The name under which its requests are counted."""
MAX_TABLE_BYTES = 512 * 1024 * 1024
"""A list of a million stocks would have about 60 MB."""


@hookimpl(trylast=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """Yields the lists of the market's exchanges. Returns None for a market not listed by CSV."""
    return _lists(market, states, run) if market.listed_by == LISTED_BY else None


def _lists(market: Market, states: Mapping[str, ListState], run: RunContext) -> Iterator[VenueList]:
    for exchange in market.exchanges:
        try:
            state = states.get(exchange.list_name, ListState())
            table = _fetch(exchange, state, market.region, run)
        except ListError as error:
            yield VenueList(exchange, error=str(error))
            continue
        if table is None:
            yield VenueList(exchange, unchanged=True, state=state)
        else:
            items = read_table(table, market.region, exchange)
            yield VenueList(exchange, items=items, state=table.state)


def _fetch(exchange: Exchange, state: ListState, region: str, run: RunContext) -> Download | None:
    address = table_address(exchange, run.settings.lists_url)
    site = urlsplit(address).netloc
    # one object for each server, so that an outage of one does not count for the others
    downloads = run.shared(f"csv lists of {site}", lambda: _downloads(address, run))
    return downloads.fetch(address, state, region)


def _downloads(address: str, run: RunContext) -> Downloads:
    from spock_core.sources.http.bounds import Patience
    from spock_core.sources.http.download import Downloads
    from spock_core.sources.http.retry import RetryPolicy

    policy = RetryPolicy(run.settings.max_retries, run.settings.retry_delay)
    patience = run.shared("patience", Patience)
    return Downloads(
        PROVIDER, "a table", MAX_TABLE_BYTES, (address,), policy, run.notify, run.stop, patience
    )


def table_address(exchange: Exchange, folder: str | None) -> str:
    """Returns the address of a list's table: in `folder` if given, else the exchange's own."""
    if folder is None:
        return str(exchange.list_address)
    return f"{folder.rstrip('/')}/{table_name(exchange.list_name)}"


def table_name(list_name: str) -> str:
    """Returns the file name of a list's table in a folder of tables: `xtai.csv` for `XTAI`."""
    return f"{list_name.lower()}.csv"


def read_table(table: Download, region: str, exchange: Exchange) -> Iterator[ListItem]:
    """Yields the line number and listing of every line, or a `DamagedLine`. Closes the file.

    Raises `ListError` if the table is empty, too long, or has an invalid header.
    """
    name = exchange.list_name
    with table.file:
        lines = bounded_lines(table.file, table.name)
        first = next(lines, b"")
        if first == b"":
            raise ListError(f"{table.name}: the table is empty")
        columns = read_header(first, table.name)
        for number, raw in enumerate(lines, start=2):
            if raw is None:
                yield DamagedLine(name, number, "the line is too long")
                continue
            if not raw.strip():
                continue
            try:
                yield number, read_line(raw, columns, region, exchange)
            except LineError as error:
                yield DamagedLine(name, number, str(error), error.ticker)
