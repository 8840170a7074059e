"""`spock peers`: the stocks of the same industry, by region."""

from __future__ import annotations

import argparse
from typing import Any

from spock_core.cli.stock_filters import add_database_flags, add_regions, open_for
from spock_core.cli.stock_tables import documents, show_document, stocks_table
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.reporting.tables import fitted_lines
from spock_core.settings.model import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the stock, `--regions` and the settings that the command reads."""
    parser.add_argument("stock", help="A ticker, symbol or name, as for `spock show`.")
    add_regions(parser)
    add_database_flags(parser)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the peers. Raises `UsageError` if the argument does not name one classified stock."""
    text, regions = arguments.pop("stock"), arguments.pop("only_regions")
    settings = load_settings(arguments, settings_of(plugins))
    with open_for(settings, plugins) as register:
        peers = register.peers(text, region=regions)
        stocks = list(peers.rows)
    if settings.json_output:
        own = {"stock": peers.stock._asdict(), "gics_code": peers.code, "gics_name": peers.name}
        show_document(own | {"peers": documents(stocks)})
        return 0
    stock = peers.stock
    what = f"{stock.region}:{stock.ticker} {stock.name or ''}: {peers.name} ({peers.code})"
    show(f"{fitted_lines([what])}\n")
    show(stocks_table(stocks) if stocks else "no other company of the register is in it")
    return 0
