"""`spock export`: writes stocks as Parquet, Arrow, CSV or lines of JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.stock_filters import (
    FILTERS,
    add_database_flags,
    add_stock_filters,
    chosen_stocks,
    open_for,
)
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.export.formats import Format, format_of, writer_of
from spock_core.reading.export.target import stdout_for
from spock_core.reporting.files.input_files import input_files
from spock_core.reporting.files.output_files import check_outputs
from spock_core.reporting.output import check_path, replaced, show
from spock_core.settings.model import load_settings

STDOUT = "-"
_WHAT = "export"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the file, the flags of this command and the settings that it reads."""
    parser.add_argument(
        "file",
        help="Where to write: a name that ends in .parquet, .arrow, .csv or .jsonl; or - for "
        "stdout. A file that exists is replaced when the new one is complete.",
    )
    add_own_flag(
        parser,
        "--format",
        choices=list(Format),
        help="The format, if the name does not end in it (for -, the default is csv).",
    )
    add_own_flag(
        parser,
        "--columns",
        nargs="+",
        metavar="COLUMN",
        help="Only these columns of the view `stocks`, in this order (default: all).",
    )
    add_stock_filters(parser)
    add_database_flags(parser, document=False)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Writes the stocks. Raises `UsageError` for a file, column or choice that cannot be."""
    name, columns = arguments.pop("file"), arguments.pop("columns")
    given = arguments.pop("format")
    filters = {flag: arguments.pop(flag) for flag in FILTERS}
    settings = load_settings(arguments, settings_of(plugins))
    path = None if name == STDOUT else Path(name)
    chosen = Format(given) if given else Format.CSV if path is None else format_of(path)
    write = writer_of(chosen)
    with open_for(settings, plugins) as register:
        rows = chosen_stocks(register, filters)
        with rows.snapshot(columns, categories=chosen in (Format.PARQUET, Format.ARROW)) as found:
            if path is None:
                with stdout_for(chosen) as file:
                    write(found, file)
                return 0
            check_path(path, _WHAT)
            check_outputs({_WHAT: path}, input_files(settings, plugins, register.file))
            with replaced(path, _WHAT) as file:
                count = write(found, file)
    show(f"{count:,} stocks in {path}")
    return 0
