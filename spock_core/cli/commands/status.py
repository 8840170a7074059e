"""`spock status`: the coverage of the register by region and field, and its age."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from spock_core.cli.flags import add_flags
from spock_core.domain.errors import UsageError
from spock_core.domain.results import RegionCoverage
from spock_core.domain.text import age_text, format_utc
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import ALL
from spock_core.reporting.gates import failed_gates
from spock_core.reporting.output import show
from spock_core.reporting.standard_streams import tell
from spock_core.reporting.tables import fitted_lines, show_table
from spock_core.settings.model import Settings, load_settings
from spock_core.store.connection.reading import open_up_to_date
from spock_core.store.coverage import FIELDS, read_coverage
from spock_core.store.periods import read_doubtful_keys
from spock_core.store.runs import read_last_success, read_worked_on

MOST_NAMED = 10
"""Keys in doubt that are named."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the settings that the command reads."""
    add_flags(
        parser,
        (
            "regions",
            "fail_under_coverage",
            "fail_over_age",
            "database",
            "database_timeout",
            "sandbox",
            "json_output",
            "verbose",
        ),
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the coverage of each region. Returns 1 if one of them does not pass a gate."""
    settings = load_settings(arguments, settings_of(plugins))
    now = datetime.now(UTC)
    database = open_up_to_date(settings.database, timeout_s=settings.database_timeout)
    try:
        with database.read() as connection:
            found = read_coverage(connection)
            last_success = read_last_success(connection, now)
            known = {one.region for one in found} | read_worked_on(connection)
            open_doubts = read_doubtful_keys(connection)
    finally:
        database.close()
    regions = _chosen(settings, known, plugins)
    found = [one for one in found if one.region in regions]
    doubtful = [":".join(key) for key in open_doubts if key.region in regions]
    failed = failed_gates(regions, found, last_success, settings, now)
    if not regions and (settings.fail_under_coverage, settings.fail_over_age) != (None, None):
        failed = ["the register is empty: run `spock enrich`"]
    if settings.json_output:
        rows = [_row(one, last_success.get(one.region)) for one in found]
        document = {
            "database": database.label,
            "regions": rows,
            "doubtful": doubtful,
            "failed_gates": failed,
        }
        show(json.dumps(document, indent=2))
    else:
        show(f"register: {database.label}\n")
        if found:
            _show_table(found, last_success, now)
        else:
            show("it is empty: run `spock enrich`")
        if doubtful:
            show(f"\n{fitted_lines([_in_doubt(doubtful)])}")
    for line in failed:
        tell(f"spock: {line}")
    return 1 if failed else 0


def _chosen(settings: Settings, known: Set[str], plugins: Plugins) -> list[str]:
    """Returns the regions of the settings; `ALL` are those that the register knows."""
    if ALL in settings.regions:
        return sorted(known)
    for region in settings.regions:
        if region not in known and region not in plugins.markets:
            raise UsageError(
                f"unknown region {region!r}: the register has {', '.join(sorted(known)) or 'none'}"
            )
    return list(dict.fromkeys(settings.regions))


def _show_table(
    found: Sequence[RegionCoverage], last_success: Mapping[str, datetime], now: datetime
) -> None:
    ages = ("oldest", "listed", "last success")
    headers = ("region", "listings", "gone", "stocks", *FIELDS, "by source", *ages)
    rows = [
        (
            one.region,
            f"{one.listings:,}",
            f"{one.inactive:,}",
            f"{one.stocks:,}",
            *(_share(one.known[name], one.stocks) for name in FIELDS),
            " ".join(f"{name} {count:,}" for name, count in sorted(one.by_source.items())),
            age_text(one.oldest, now),
            age_text(one.listed_at, now),
            age_text(last_success.get(one.region), now),
        )
        for one in found
    ]
    show_table(
        headers,
        rows,
        right=("listings", "gone", "stocks", *FIELDS, *ages),
        cut=("by source",),
        lesser=("is_preferred", "is_spac", "yahoo_symbol", "by source", "gone", "industry_group"),
    )


def _in_doubt(keys: Sequence[str]) -> str:
    """Says which keys may have passed to another instrument, the first few by name."""
    more = f" and {len(keys) - MOST_NAMED:,} more" if len(keys) > MOST_NAMED else ""
    named = ", ".join(keys[:MOST_NAMED])
    return f"in doubt whether they passed to another company: {named}{more}; `spock show` says why"


def _row(one: RegionCoverage, last_success: datetime | None) -> dict[str, Any]:
    return {
        "region": one.region,
        "listings": one.listings,
        "inactive": one.inactive,
        "stocks": one.stocks,
        "coverage": round(one.coverage, 6),
        "known": dict(one.known),
        "by_source": dict(one.by_source),
        "oldest": format_utc(one.oldest) if one.oldest else None,
        "newest": format_utc(one.newest) if one.newest else None,
        "listed_at": format_utc(one.listed_at) if one.listed_at else None,
        "last_success_at": format_utc(last_success) if last_success else None,
    }


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "-"
