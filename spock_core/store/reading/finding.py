"""Finds instruments by what people write: a ticker, or a symbol, with or without its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, tuple_

from spock_core.domain.identifiers import SCHEMES, identifier
from spock_core.domain.stock import StockKey
from spock_core.store.schema import identifiers, tickers


class Reading(NamedTuple):
    """One way to read a text: these tickers, at this place."""

    tickers: tuple[str, ...]
    """Any of them, in capitals."""
    region: str | None = None
    """None: anywhere."""
    exchange: str | None = None
    """MIC; None: any exchange of the region."""


def find_keys(connection: Connection, readings: Sequence[Reading]) -> list[StockKey]:
    """Returns the instruments that the best way to understand the readings gives, by their keys.

    In this order: the ticker at a place that the text names; the ticker or the Yahoo symbol; the
    same with other separators (`BRK.B` for `BRK/B`); the same number (`700` for `00700`); an
    identifier (ISIN, CIK and the like).
    """
    columns = (tickers.c.region, tickers.c.ticker)
    for condition in _conditions(readings):
        query = select(*columns).where(condition).order_by(*columns)
        if found := [StockKey(*row) for row in connection.execute(query)]:
            return found
    return []


def _conditions(readings: Sequence[Reading]) -> Iterator[ColumnElement[bool]]:
    """The ways to understand the readings. One that can find nothing new is left out, since each
    looks at all instruments."""
    ticker, symbol = func.upper(tickers.c.ticker), func.upper(tickers.c.yahoo_symbol)
    if placed := [one for one in readings if one.region is not None]:
        yield _or(_at(one, ticker.in_(one.tickers)) for one in placed)
    yield _or(_at(one, or_(ticker.in_(one.tickers), symbol.in_(one.tickers))) for one in readings)
    if parted := [one for one in readings if "." in "".join(_plainly(one))]:
        yield _or(
            _at(one, or_(*(_plain(column).in_(_plainly(one)) for column in (ticker, symbol))))
            for one in parted
        )
    if numbered := [one for one in readings if _numbers(one)]:
        yield _or(_at(one, func.ltrim(ticker, "0").in_(_numbers(one))) for one in numbered)
    if identified := [(one, stated) for one in readings if (stated := _stated(one))]:
        yield _or(_at(one, _identified(stated)) for one, stated in identified)


def _at(reading: Reading, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    if reading.region is not None:
        condition = and_(condition, tickers.c.region == reading.region)
    if reading.exchange is not None:
        condition = and_(condition, tickers.c.exchange == reading.exchange)
    return condition


def _stated(reading: Reading) -> list[tuple[str, str]]:
    """The identifiers that a text may be, in whatever form it is written, with their schemes."""
    return [
        (scheme, value)
        for text in reading.tickers
        if any(map(str.isdigit, text))  # each of them has a digit
        for scheme in SCHEMES
        if (value := identifier(scheme, text)) is not None
    ]


def _identified(stated: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    these = (
        and_(identifiers.c.scheme == scheme, identifiers.c.value == value)
        for scheme, value in stated
    )
    keys = select(identifiers.c.region, identifiers.c.ticker).where(or_(*these))
    return tuple_(tickers.c.region, tickers.c.ticker).in_(keys)


_SEPARATORS = ("/", "-", " ", "_")


def _plain(column: Any) -> Any:
    for separator in _SEPARATORS:
        column = func.replace(column, separator, ".")
    return column


def _plainly(reading: Reading) -> list[str]:
    found = []
    for text in reading.tickers:
        for separator in _SEPARATORS:
            text = text.replace(separator, ".")  # noqa: PLW2901
        found.append(text)
    return found


def _numbers(reading: Reading) -> list[str]:
    return [text.lstrip("0") for text in reading.tickers if text.isdecimal() and text.strip("0")]


def _or(conditions: Iterator[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *conditions)
