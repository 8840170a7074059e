"""Listing source `yahoo`: the stocks of each exchange in Yahoo's screener, 250 a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from spock_core.domain import (
    AssetType,
    DamagedLine,
    Exchange,
    Listing,
    ListItem,
    ListState,
    Market,
    VenueList,
)
from spock_core.domain.bounds import LONGEST_NAME, is_symbol, is_ticker
from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import GroupPage, Provider
from spock_core.domain.text import sanitize
from spock_core.plugins.hookspecs import hookimpl
from spock_core.sources.yahoo.names import LISTED_BY, PROVIDER
from spock_core.sources.yahoo.sources import YahooScreener

if TYPE_CHECKING:
    from spock_core.plugins.context import RunContext

DATA_SOURCE = "yahoo"
HOLLOW_SHARE = 0.2
"""A list that lacks a larger share of the stocks that it counts is refused."""


@hookimpl(trylast=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """Yields the lists of the market's exchanges. Returns None for a market not listed by Yahoo."""
    return _lists(market, run) if market.listed_by == LISTED_BY else None


def _lists(market: Market, run: RunContext) -> Iterator[VenueList]:
    from spock_core.sources.queries.workers import asking_of

    asking = asking_of(run, Provider(PROVIDER, YahooScreener()), market.region)
    for exchange in market.exchanges:
        try:
            result = asking.group("", exchange.yahoo_codes)
        except ProviderError as error:
            yield VenueList(exchange, error=f"{exchange.list_name}: yahoo: {error}")
            continue
        if len(result.members) < (1 - HOLLOW_SHARE) * result.total:
            has = f"has {len(result.members):,} of the {result.total:,} stocks that it counts"
            yield VenueList(exchange, error=f"{exchange.list_name}: yahoo: the list {has}")
        else:
            yield VenueList(exchange, items=_read(result, market.region, exchange))


def _read(result: GroupPage, region: str, exchange: Exchange) -> Iterator[ListItem]:
    """Yields the position and listing of every stock, or a `DamagedLine`."""
    name = exchange.list_name
    number = 0
    for number, member in enumerate(result.members, start=1):
        symbol = member.symbol
        root = symbol.removesuffix(exchange.yahoo_suffix)
        ticker = exchange.ticker_prefix + root
        if not is_symbol(symbol):
            yield DamagedLine(name, number, "invalid symbol")
        elif not symbol.endswith(exchange.yahoo_suffix) or not root:
            reason = f"{symbol} does not end in {exchange.yahoo_suffix}"
            yield DamagedLine(name, number, reason)
        elif not is_ticker(ticker):
            yield DamagedLine(name, number, f"{symbol} is too long for a ticker")
        else:
            yield number, _listing(ticker, symbol, member.name, region, exchange)
    if not result.complete:
        reason = "Yahoo's list changed while its pages were read: stocks may be missing"
        yield DamagedLine(name, number + 1, reason)


def _listing(ticker: str, symbol: str, name: str, region: str, exchange: Exchange) -> Listing:
    return Listing(
        region=region,
        ticker=ticker,
        name=sanitize(name, LONGEST_NAME) or None,
        name_local=None,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        currency=exchange.currency,
        asset_type=AssetType.STOCK,
        lot_size=exchange.lot_size,
        data_source=DATA_SOURCE,
        yahoo_symbol=symbol,
    )
