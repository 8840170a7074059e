"""`spock search`: instruments by name or ticker."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.stock_filters import add_database_flags, open_for
from spock_core.cli.stock_tables import documents, matches_table, show_document
from spock_core.domain.errors import UsageError
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.settings.model import load_settings

DEFAULT_MOST = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the text, `--most` and the settings that the command reads."""
    parser.add_argument(
        "text",
        nargs="+",
        help="Words of a name, in English or in the local language, or the beginning of a ticker.",
    )
    add_own_flag(
        parser,
        "--most",
        type=int,
        default=DEFAULT_MOST,
        help=f"Number of instruments to list (default: {DEFAULT_MOST}).",
    )
    add_database_flags(parser)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the matches, the best first; without any, the nearest, and the exit code is 1."""
    text, most = " ".join(arguments.pop("text")), arguments.pop("most")
    settings = load_settings(arguments, settings_of(plugins))
    if most < 1:
        raise UsageError(f"--most {most}: must be at least 1")
    with open_for(settings, plugins) as register:
        found = register.search(text)
        matches, count = list(islice(found, most)), 0
        if len(matches) == most:
            count = len(found)
        near = [] if matches else register.nearest(text)
    if settings.json_output:
        show_document({"matches": documents(matches), "nearest": documents(near)})
    elif matches:
        show(matches_table(matches))
        if count > most:
            show(f"\n{count - most:,} more: add a word, or --most {count}")
    else:
        show(f"the register has no {text!r}" + ("; nearest:\n" if near else ""))
        if near:
            show(matches_table(near))
    return 0 if matches else 1
