"""`spock audit`: how right the register is, against a file of official sectors or within itself."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from spock_core.cli.commands.audit import (
    cross_source_report as audit_between,
)
from spock_core.cli.commands.audit import (
    official_report as audit_official,
)
from spock_core.cli.flags import add_flags
from spock_core.domain.errors import UsageError
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.audit.agreement import Share, compare
from spock_core.reading.audit.cross_source import between
from spock_core.reading.audit.official_file import Official, read_official
from spock_core.reporting.output import check_path, show, write_file
from spock_core.reporting.tables import csv_text
from spock_core.settings.model import load_settings
from spock_core.store.connection.opening import open_database
from spock_core.store.stocks import read_all_stocks

MOST = 20


class _Printed(Protocol):
    """What either audit comes to."""

    @property
    def share(self) -> Share:
        """How much agrees."""

    def text(self, most: int) -> str:
        """For people, with at most so many differences."""

    def document(self) -> dict[str, Any]:
        """All of it as plain values."""

    def table(self) -> tuple[Sequence[str], list[Sequence[Any]]]:
        """All differences: columns and rows."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Against which file, how much to print, of which register."""
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        help="A CSV file with the columns region, ticker and sector (or gics_sector: names or "
        "codes). Without it: where KIS and Yahoo, who both speak, name other sectors.",
    )
    parser.add_argument(
        "--differences",
        type=int,
        default=MOST,
        metavar="N",
        help=f"How many differences are printed (default: {MOST}); --json has all of them.",
    )
    parser.add_argument("--output", type=Path, help="Write all differences to this CSV file.")
    parser.add_argument(
        "--fail-under",
        type=float,
        metavar="RATE",
        help="Exit with 1 when a smaller share than this agrees (0 to 1).",
    )
    add_flags(parser, ("database", "sandbox", "json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints what agrees and what does not."""
    file, output = arguments.pop("file"), arguments.pop("output")
    most, floor = arguments.pop("differences"), arguments.pop("fail_under")
    settings = load_settings(arguments)
    if most < 0:
        raise UsageError(f"--differences {most}: must be at least 0")
    if floor is not None and not 0 <= floor <= 1:
        raise UsageError(f"--fail-under {floor}: must be between 0 and 1")
    if output is not None:
        if file is not None and output.resolve() == Path(file).resolve():
            raise UsageError(f"output file {output} is the file to compare with: name another")
        check_path(output, "output file")
    official = read_official(file) if file is not None else None
    database = open_database(settings.database, create=False)
    try:
        with database.read() as connection:
            found: _Printed
            if official is not None:
                found = _against(f"{file}", official, connection, plugins)
            else:
                stocks = read_all_stocks(connection)
                found = audit_between.Printed(between(stocks, plugins.markets, sources_of(plugins)))
    finally:
        database.close()
    show(json.dumps(found.document(), indent=2) if settings.json_output else found.text(most))
    if output is not None:
        write_file(output, csv_text(*found.table()), "output file")
    return _code(found.share, floor)


def _against(
    name: str, official: Official, connection: Connection, plugins: Plugins
) -> audit_official.Printed:
    regions = {key.region for key in official.sectors}
    agreement = compare(official.sectors, read_all_stocks(connection, regions))
    return audit_official.Printed(name, official, agreement, plugins)


def _code(share: Share, floor: float | None) -> int:
    """Where nothing could be compared, nothing agrees."""
    return 1 if floor is not None and (share.rate or 0.0) < floor else 0
