"""`spock list`: stocks with their classifications."""

from __future__ import annotations

import argparse
from typing import Any

from spock_core.cli.stock_filters import (
    FILTERS,
    add_database_flags,
    add_stock_filters,
    chosen_stocks,
    open_for,
)
from spock_core.cli.stock_tables import documents, show_document, stocks_table
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.settings.model import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the flags that choose stocks and the settings that the command reads."""
    add_stock_filters(parser)
    add_database_flags(parser)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the stocks that the flags choose."""
    filters = {flag: arguments.pop(flag) for flag in FILTERS}
    settings = load_settings(arguments, settings_of(plugins))
    with open_for(settings, plugins) as register:
        stocks = list(chosen_stocks(register, filters))
    if settings.json_output:
        then = {"as_of": filters["as_of"]} if filters["as_of"] else {}
        show_document(then | {"stocks": documents(stocks)})
    elif stocks:
        show(stocks_table(stocks))
    else:
        show("no stock is like that")
    return 0
