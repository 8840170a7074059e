"""`spock changes`: what changed since a time."""

from __future__ import annotations

import argparse
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.stock_filters import add_database_flags, add_regions, open_for
from spock_core.cli.stock_tables import changes_table, documents, show_document
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.settings.model import load_settings

DEFAULT_SINCE = "7d"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds `--since`, `--regions` and the settings that the command reads."""
    add_own_flag(
        parser,
        "--since",
        metavar="TIME",
        default=DEFAULT_SINCE,
        help="A date (2026-11-25), a time, or a time ago (36h, 7d, 2w); in UTC (default: "
        f"{DEFAULT_SINCE}).",
    )
    add_regions(parser)
    add_database_flags(parser)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the changes, the latest first."""
    since, regions = arguments.pop("since"), arguments.pop("only_regions")
    settings = load_settings(arguments, settings_of(plugins))
    with open_for(settings, plugins) as register:
        changes = list(register.changes(since=since, region=regions))
    if settings.json_output:
        show_document({"changes": documents(changes)})
    else:
        show(changes_table(changes) if changes else f"nothing changed since {since}")
    return 0
