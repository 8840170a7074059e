"""`spock report`: one HTML file about a register."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.stock_filters import add_database_flags, open_for
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reading import choices
from spock_core.reading.report.report import report
from spock_core.reporting.files.input_files import input_files
from spock_core.reporting.files.output_files import check_outputs
from spock_core.reporting.output import check_path, replaced, show
from spock_core.settings.model import load_settings

DEFAULT_SINCE = "7d"
_WHAT = "report"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the file, `--since` and the settings that the command reads."""
    parser.add_argument("file", type=Path, help="The HTML file to write, as report.html.")
    add_own_flag(
        parser,
        "--since",
        metavar="TIME",
        default=DEFAULT_SINCE,
        help="Where its changes begin: a date, a time, or a time ago (36h, 7d, 2w); in UTC "
        f"(default: {DEFAULT_SINCE}).",
    )
    add_database_flags(parser, document=False)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Writes the report. Raises `UsageError` for a file or time that cannot be."""
    path, since = arguments.pop("file"), arguments.pop("since")
    settings = load_settings(arguments, settings_of(plugins))
    moment = choices.since_moment(since, datetime.now(UTC))
    check_path(path, _WHAT)
    with open_for(settings, plugins) as register:
        check_outputs({_WHAT: path}, input_files(settings, plugins, register.file))
        text = report(register.facts(moment))
    with replaced(path, _WHAT) as file:
        file.write(text.encode())
    show(f"wrote {path}: open it in a browser")
    return 0
