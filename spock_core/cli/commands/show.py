"""`spock show`: one stock, with an explanation of its classification."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from spock_core.classification.explain import Explanation, explanations
from spock_core.cli.flags import add_flags
from spock_core.cli.past_stock import past_text
from spock_core.cli.stock_filters import add_as_of, open_for
from spock_core.cli.stock_tables import documents, matches_table, show_document
from spock_core.domain import StoredListing
from spock_core.domain.stock import StockKey
from spock_core.domain.text import format_utc
from spock_core.plugins.contributions import settings_of, sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.search import find, nearest, not_one
from spock_core.reporting.output import show
from spock_core.reporting.tables import fitted_lines, fitted_table
from spock_core.settings.model import Settings, load_settings
from spock_core.store.connection.reading import open_up_to_date
from spock_core.store.fetching.pending import UNREADABLE
from spock_core.store.one_stock import StoredStock, read_stock


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the stock and the settings that the command reads."""
    parser.add_argument(
        "stock",
        help="A ticker or Yahoo symbol, with or without its place (BRK.B, hk:700, NYSE:BRK/B, "
        "600519.SH), an identifier such as an ISIN or CIK320193, or a name.",
    )
    add_as_of(parser)
    add_flags(parser, ("database", "sandbox", "json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the stock. Raises `UsageError` if the argument does not name exactly one."""
    text, as_of = arguments.pop("stock"), arguments.pop("as_of")
    settings = load_settings(arguments, settings_of(plugins))
    if as_of is not None:
        return _show_past(text, as_of, settings, plugins)
    database = open_up_to_date(settings.database, timeout_s=settings.database_timeout)
    try:
        with database.read() as connection:
            markets = plugins.markets.values()
            found = find(connection, text, markets)
            if len(found) != 1:
                near = [] if found else nearest(connection, text, markets)
                if settings.json_output:
                    show_document({"matches": documents(found), "nearest": documents(near)})
                elif found:
                    show(matches_table(found))
                raise not_one(text, found, near)
            stock = read_stock(connection, StockKey(found[0].region, found[0].ticker))
    finally:
        database.close()
    market = plugins.markets.get(stock.listing["region"])
    explained = explanations(
        StoredListing.read(stock.listing), market, sources_of(plugins), stock.observations
    )
    if settings.json_output:
        show(json.dumps(_document(stock, explained), indent=2, default=_plain, ensure_ascii=False))
    else:
        parts = [_head(stock)]
        if stock.details is not None or explained:
            parts += [_explanations(explained), _unknowns(stock)]
        parts += [_doubt(stock), _earlier(stock), _history(stock)]
        show("\n\n".join(part for part in parts if part))
    return 0


def _show_past(text: str, as_of: str, settings: Settings, plugins: Plugins) -> int:
    with open_for(settings, plugins) as register:
        stock = register.stock(text, as_of=as_of)
    if settings.json_output:
        [document] = documents([stock])
        show_document({"as_of": as_of, "stock": document})
    else:
        show(past_text(stock, as_of))
    return 0


def _head(stock: StoredStock) -> str:
    row = stock.listing
    lines = [
        f"{row['region']}:{row['ticker']}  {row['name'] or ''}",
        f"listed     {row['exchange']} {row['kis_exchange'] or ''}, {row['currency']}, "
        f"lot {row['lot_size']}, Yahoo {row['yahoo_symbol'] or 'has none'}, "
        f"KIS code {row['kis_sector_code'] or 'none'}",
        f"seen       {_moment(row['first_seen_at'])} to {_moment(row['last_seen_at'])}"
        + ("" if row["is_active"] else "; no longer in its list"),
        *_identifiers(stock),
        f"type       {row['asset_type']}, {row['security_type']}",
    ]
    details = stock.details
    lines[-1] += ", SPAC" if details is not None and details["is_spac"] else ""
    if row["listed_security_type"] is not None:
        lines[-1] += f"; its list says {row['listed_asset_type']}, {row['listed_security_type']}"
    if details is None:
        return _head_lines([*lines, "not a stock, so it is not classified"])
    if details["sector"] is None:
        return _head_lines([*lines, "sector     unknown to all sources"])
    return _head_lines(
        [
            *lines,
            f"sector     {details['sector']} ({details['sector_code']}), by "
            f"{details['sector_source']}, "
            f"confidence {100 * details['sector_confidence']:.0f} %",
            f"group      {_coded(details, 'industry_group')}",
            f"industry   {_coded(details, 'industry')}" + _industry_origin(details),
            f"confirmed  {_moment(details['enriched_at'])}",
        ]
    )


def _head_lines(lines: Sequence[str]) -> str:
    return fitted_lines(lines, indent=len("listed     "))


def _identifiers(stock: StoredStock) -> list[str]:
    """The line of identifiers, if it has any."""
    stated = [f"{one['scheme']} {one['value']}, by {one['source']}" for one in stock.identifiers]
    return [f"known as   {'; '.join(stated)}"] if stated else []


def _industry_origin(details: Mapping[str, Any]) -> str:
    """The source and the confidence of the industry; the latter from version 0.2 on."""
    confidence = details["industry_confidence"]
    return (f", by {details['industry_source']}" if details["industry"] else "") + (
        f", confidence {100 * confidence:.0f} %" if confidence is not None else ""
    )


def _coded(details: Mapping[str, Any], name: str) -> str:
    if details[name] is None:
        return "not determined"
    return f"{details[name]} ({details[f'{name}_code']})"


def _explanations(explained: list[Explanation]) -> str:
    if not explained:
        return "no source has an observation of it"
    headers = ("decides", "source", "words", "meaning", "confidence", "reason", "observed")
    rows = [
        (
            ", ".join(item.decides),
            item.observation.source,
            item.statement,
            item.means or "-",
            "" if item.confidence is None else f"{item.confidence:.2f}",
            item.reason,
            _moment(item.observation.observed_at),
        )
        for item in explained
    ]
    return fitted_table(
        headers,
        rows,
        right=("confidence",),
        cut=("words", "meaning", "reason"),
        lesser=("observed", "words", "reason", "decides"),
    )


def _unknowns(stock: StoredStock) -> str:
    return fitted_lines(
        f"{row['source']} {_unknown(row)} {row['times']} times, last {_moment(row['asked_at'])}; "
        f"next request not before {_moment(row['ask_again_at'])}"
        for row in stock.unknowns
    )


def _unknown(row: Mapping[str, Any]) -> str:
    return "gave an unreadable answer" if row["because"] == UNREADABLE else "did not know it"


def _doubt(stock: StoredStock) -> str:
    if stock.doubt is None:
        return ""
    said = (
        f"in doubt since {_moment(stock.doubt['changed_at'])}: it was listed as "
        f"{stock.doubt['name']}, and {stock.doubt['reason']}; if it passed to another instrument, "
        "its classification is the earlier one's"
    )
    return fitted_lines([said])


def _earlier(stock: StoredStock) -> str:
    if not stock.earlier:
        return ""
    rows = [
        (
            _moment(row["first_seen_at"]),
            _moment(row["ended_at"]),
            row["name"] or "-",
            row["asset_type"],
            f"{row['sector']}, by {row['sector_source']}" if row["sector"] else "-",
            row["reason"],
        )
        for row in stock.earlier
    ]
    headers = ("earlier, from", "to", "name", "type", "sector", "ended because")
    return fitted_table(headers, rows, cut=("name", "sector", "ended because"))


def _history(stock: StoredStock) -> str:
    if not stock.history:
        return ""
    rows = [
        (_moment(row["changed_at"]), row["field"], row["before"] or "-", row["after"] or "-",
         row["source"] or "-", str(row["run_id"]))
        for row in stock.history
    ]  # fmt: skip
    headers = ("changed", "field", "before", "after", "source", "run")
    return fitted_table(
        headers, rows, right=("run",), cut=("before", "after"), lesser=("run", "source", "changed")
    )


def _document(stock: StoredStock, explained: list[Explanation]) -> dict[str, Any]:
    return {
        "listing": stock.listing,
        "details": stock.details,
        "why": [asdict(item) | {"observation": item.observation._asdict()} for item in explained],
        "identifiers": stock.identifiers,
        "unknowns": stock.unknowns,
        "history": stock.history,
        "earlier": stock.earlier,
        "doubt": stock.doubt,
    }


def _plain(value: Any) -> Any:
    return format_utc(value) if isinstance(value, datetime) else str(value)


def _moment(value: datetime | None) -> str:
    return format_utc(value) if value is not None else "never"
