"""Reads what people write for an instrument: `NYSE:AAA`, `600519.SH`, `hk:700`, `BRK.B`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spock_core.domain import Exchange, Market
from spock_core.store.reading.finding import Reading


def readings_of(text: str, markets: Iterable[Market]) -> list[Reading]:
    """Returns the ways to read a text: with a place before or behind the ticker, and as it is.

    A place is a region, a MIC, KIS's or Yahoo's code of a list, Yahoo's suffix, or a name or alias
    of an exchange, in capitals or not. A region need not have a market.
    """
    text = " ".join(text.split()).upper()
    known = list(markets)
    found: list[Reading] = []
    for place, ticker in _split(text):
        if ticker:
            found += _at(place, ticker, known)
    return list(dict.fromkeys([*found, Reading((text,))]))


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yields the place and the ticker."""
    place, colon, ticker = text.partition(":")
    if colon:
        yield place.strip(), ticker.strip()
    for separator in (".", " "):
        ticker, found, place = text.rpartition(separator)
        if found:
            yield place, ticker


def _at(place: str, ticker: str, markets: Iterable[Market]) -> Iterator[Reading]:
    if len(place) == 2 and place.isalpha():
        yield Reading((ticker,), place)
    for market in markets:
        named = {exchange.mic for exchange in market.exchanges if place in _names(exchange)}
        for exchange in market.exchanges:
            if exchange.mic in named:
                yield Reading((exchange.ticker_prefix + ticker,), market.region, exchange.mic)


def _names(exchange: Exchange) -> set[str]:
    codes = {exchange.mic, *exchange.yahoo_codes, *exchange.aliases, exchange.kis_code or ""}
    names = {part.strip().upper() for part in exchange.name.split(",")}
    return (codes | names | {exchange.yahoo_suffix.removeprefix(".")}) - {""}
