"""Finds instruments by what people write: a ticker with or without its place, an identifier, or a
name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, or_

from spock_core.domain import Market
from spock_core.domain.bounds import LONGEST_NAME
from spock_core.domain.errors import UsageError
from spock_core.domain.stock import StockKey
from spock_core.domain.text import plain, sanitize, unaccented
from spock_core.reading.names_of_places import readings_of
from spock_core.reading.nearest import nearest_keys
from spock_core.reading.records import Match
from spock_core.store.reading.finding import find_keys
from spock_core.store.reading.selecting import matches, select_matches
from spock_core.store.schema import tickers

MOST = 20
"""Matches that are told if a text may mean several instruments."""
_LETTERS = 2
"""A text with fewer letters is no part of a name."""


def find(connection: Connection, text: str, markets: Iterable[Market]) -> list[Match]:
    """Returns the instruments that a text means: by ticker or symbol, identifier, or name.

    If one name is the whole text, it is the only match. There are at most `MOST` matches, and one
    more if there are others.
    """
    if keys := keys_meant(connection, text, markets):
        return _matches(connection, keys[: MOST + 1])
    text = sanitize(text, LONGEST_NAME)
    if sum(map(str.isalpha, text)) < _LETTERS:
        return []
    query = select_matches(text, by_ticker=False).limit(MOST + 1)
    found = [Match(*row) for row in connection.execute(query)]
    wanted = plain(text)
    same = [one for one in found if wanted in (plain(one.name or ""), plain(one.name_local or ""))]
    return same if len(same) == 1 else found


def nearest(connection: Connection, text: str, markets: Iterable[Market]) -> list[Match]:
    """Returns the few instruments whose ticker or names are most similar to a text."""
    return _matches(connection, nearest_keys(connection, sanitize(text, LONGEST_NAME), markets))


def keys_meant(connection: Connection, text: str, markets: Iterable[Market]) -> list[StockKey]:
    """Returns the keys of the instruments whose ticker, symbol or identifier a text is."""
    text = unaccented(sanitize(text, LONGEST_NAME))
    return find_keys(connection, readings_of(text, markets))


def not_one(text: str, found: Sequence[Match], near: Sequence[Match]) -> UsageError:
    """Returns the error for a text that means several instruments, or none but these near ones."""
    if found:
        names = ", ".join(one.key for one in found[:MOST])
        more = ", …" if len(found) > MOST else ""
        regions = {one.region for one in found}
        advice = "add the region" if len(regions) == len(found) else "write one of these"
        return UsageError(f"{text!r} may be {names}{more}: {advice}")
    if near:
        names = ", ".join(f"{one.key} {one.name or ''}".strip() for one in near)
        return UsageError(f"the register has no {text!r}; nearest: {names}")
    return UsageError(f"the register has no {text!r}: give a ticker, US:BRK/B, BRK-B, or a name")


def _matches(connection: Connection, keys: Sequence[StockKey]) -> list[Match]:
    """The instruments with these keys, in their order."""
    if not keys:
        return []
    named = or_(*(and_(tickers.c.region == r, tickers.c.ticker == t) for r, t in keys))
    rows = connection.execute(matches().where(named))
    found = {(row.region, row.ticker): Match(*row) for row in rows}
    return [found[key] for key in keys]
