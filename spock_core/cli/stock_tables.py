"""Tables and JSON of what commands read from a register."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from spock_core.domain.text import format_utc
from spock_core.reading.records import ChangeRecord, Match, StockRecord
from spock_core.reporting.output import show
from spock_core.reporting.tables import Cell, fitted_table
from spock_core.reporting.terminal import Style


class _Record(Protocol):
    def _asdict(self) -> dict[str, Any]: ...


def stocks_table(stocks: Iterable[StockRecord]) -> str:
    """Returns a table of stocks with their classifications."""
    headers = ("stock", "name", "type", "sector", "industry", "source", "sure", "age")
    rows = [
        (
            _key(one.region, one.ticker, active=one.is_active),
            one.name or one.name_local or "",
            one.security_type + (", SPAC" if one.is_spac else ""),
            one.sector or "-",
            one.industry or one.industry_group or "-",
            one.sector_source or "-",
            "-" if one.sector_confidence is None else f"{100 * one.sector_confidence:.0f} %",
            "-" if one.age_days is None else f"{one.age_days} d",
        )
        for one in stocks
    ]
    return fitted_table(
        headers,
        rows,
        right=("sure", "age"),
        cut=("name", "sector", "industry"),
        lesser=("age", "source", "type", "sure", "industry"),
    )


def matches_table(matches: Iterable[Match]) -> str:
    """Returns a table of instruments that a text may mean."""
    headers = ("stock", "name", "local name", "exchange", "type", "sector")
    rows = [
        (
            _key(one.region, one.ticker, active=one.is_active),
            one.name or "",
            one.name_local or "",
            one.exchange,
            one.security_type + ("" if one.is_active else ", gone"),
            one.sector or "-",
        )
        for one in matches
    ]
    return fitted_table(
        headers,
        rows,
        cut=("name", "local name", "sector"),
        lesser=("exchange", "local name", "type"),
    )


def changes_table(changes: Iterable[ChangeRecord]) -> str:
    """Returns a table of changes."""
    styles = {"new": Style.GREEN, "gone": Style.RED}
    headers = ("changed", "stock", "name", "what", "before", "after", "source")
    rows = [
        (
            format_utc(one.changed_at, "minutes"),
            f"{one.region}:{one.ticker}",
            one.name or "",
            Cell(one.change, styles[one.change]) if one.change in styles else one.change,
            one.before or "-",
            one.after or "-",
            one.source or "-",
        )
        for one in changes
    ]
    return fitted_table(
        headers,
        rows,
        cut=("name", "before", "after"),
        lesser=("source", "name", "before", "changed"),
    )


def show_document(document: Mapping[str, Any]) -> None:
    """Prints a JSON document."""
    show(json.dumps(document, indent=2, ensure_ascii=False, default=_plain))


def documents(records: Iterable[_Record]) -> list[dict[str, Any]]:
    """Returns records as values for JSON, by the names of their columns."""
    return [one._asdict() for one in records]


def _key(region: str, ticker: str, *, active: bool) -> Any:
    key = f"{region}:{ticker}"
    return key if active else Cell(key, Style.DIM)


def _plain(value: Any) -> str:
    return format_utc(value) if isinstance(value, datetime) else str(value)
