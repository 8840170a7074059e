"""`spock audit`: compares the register with official sectors, and its sources with each other."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from spock_core.cli.commands.audit.cross_source_report import CrossSourceReport
from spock_core.cli.commands.audit.official_report import OfficialReport
from spock_core.cli.commands.audit.sources_report import SourcesReport
from spock_core.cli.flags import add_flags, add_own_flag
from spock_core.domain.errors import UsageError
from spock_core.domain.stock import StockKey
from spock_core.plugins.contributions import settings_of, sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.audit.agreement import Share, compare
from spock_core.reading.audit.by_source import measure_sources
from spock_core.reading.audit.cross_source import compare_sources
from spock_core.reading.audit.lots import other_lots
from spock_core.reading.audit.official_file import read_official
from spock_core.reading.audit.one_issuer import contradictions
from spock_core.reporting.files.input_files import input_files
from spock_core.reporting.files.output_files import check_outputs
from spock_core.reporting.output import check_path, show, write_file
from spock_core.reporting.tables import csv_text
from spock_core.settings.model import load_settings
from spock_core.store.connection.address import file_of, parse_url
from spock_core.store.connection.reading import open_up_to_date
from spock_core.store.identifiers import read_identifiers
from spock_core.store.stocks import read_all_stocks

DEFAULT_DIFFERENCES = 20


class _Report(Protocol):
    """The result of either comparison."""

    @property
    def share(self) -> Share:
        """The share of stocks that agree."""

    def text(self, most: int) -> str:
        """Returns text for people, with at most `most` differences."""

    def document(self) -> dict[str, Any]:
        """Returns the whole result as plain values for JSON."""

    def table(self) -> tuple[Sequence[str], list[Sequence[Any]]]:
        """Returns the columns and rows of all differences."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the file, the flags of this command and the settings that it reads."""
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        help="A CSV file with the columns region, ticker and sector (or gics_sector: names or "
        "codes). Without it, sources are compared with each other.",
    )
    add_own_flag(
        parser,
        "--differences",
        type=int,
        default=DEFAULT_DIFFERENCES,
        metavar="N",
        help=f"Number of differences to print (default: {DEFAULT_DIFFERENCES}); --json has all of "
        "them.",
    )
    add_own_flag(parser, "--output", type=Path, help="Write all differences to this CSV file.")
    add_own_flag(
        parser,
        "--fail-under",
        type=float,
        metavar="RATE",
        help="Exit with 1 if the share that agrees is below this (0 to 1); SPOCK_FAIL_UNDER is "
        "for `spock enrich` alone.",
    )
    add_flags(parser, ("database", "sandbox", "json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the comparison. Returns 1 if the share that agrees is below `--fail-under`."""
    file, output = arguments.pop("file"), arguments.pop("output")
    most, floor = arguments.pop("differences"), arguments.pop("fail_under")
    settings = load_settings(arguments, settings_of(plugins))
    if most < 0:
        raise UsageError(f"--differences {most}: must be at least 0")
    if floor is not None and not 0 <= floor <= 1:
        raise UsageError(f"--fail-under {floor}: must be between 0 and 1")
    if output is not None:
        inputs = input_files(settings, plugins, file_of(parse_url(settings.database)))
        compared = [(file, "the file to compare with")] if file is not None else []
        check_outputs({"output file": output}, [*inputs, *compared])
        check_path(output, "output file")
    official = read_official(file) if file is not None else None
    database = open_up_to_date(settings.database, timeout_s=settings.database_timeout)
    try:
        with database.read() as connection:
            regions = {key.region for key in official.sectors} if official is not None else None
            stocks = list(read_all_stocks(connection, regions))
            identifiers = _identifiers(connection, {stock.listing.region for stock in stocks})
    finally:
        database.close()
    report: _Report
    if official is not None:
        agreement = compare(official.sectors, stocks)
        report = OfficialReport(f"{file}", official, agreement, plugins)
    else:
        report = CrossSourceReport(compare_sources(stocks, plugins.markets, sources_of(plugins)))
    about_sources = SourcesReport(
        measure_sources(
            stocks, plugins.markets, sources_of(plugins), official.sectors if official else {}
        ),
        contradictions(stocks, identifiers),
        list(other_lots(stocks)),
    )
    if settings.json_output:
        show(json.dumps(report.document() | about_sources.document(), indent=2))
    else:
        show("\n\n".join(filter(None, (report.text(most), about_sources.text(most)))))
    if output is not None:
        write_file(output, csv_text(*report.table()), "output file")
    return _exit_code(report.share, floor)


def _identifiers(
    connection: Connection, regions: Collection[str]
) -> dict[StockKey, dict[str, str]]:
    """Returns the identifiers of the stocks of these regions by scheme."""
    found: dict[StockKey, dict[str, str]] = {}
    for region in sorted(regions):
        for one in read_identifiers(connection, region):
            found.setdefault(StockKey(one.region, one.ticker), {})[one.scheme] = one.value
    return found


def _exit_code(share: Share, floor: float | None) -> int:
    """Returns 1 if the share is below the floor, else 0. An empty comparison has a share of 0."""
    return 1 if floor is not None and (share.rate or 0.0) < floor else 0
