"""`spock status`: the coverage of the register by region and field, and its age."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from spock_core.cli.flags import add_flags
from spock_core.domain.results import RegionCoverage
from spock_core.domain.text import format_utc
from spock_core.plugins.registry import Plugins
from spock_core.reporting.tables import show_table
from spock_core.settings.model import load_settings
from spock_core.store.connection.opening import open_database
from spock_core.store.coverage import FIELDS, read_coverage


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the settings that the command reads."""
    add_flags(parser, ("database", "sandbox", "json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the coverage of each region."""
    settings = load_settings(arguments)
    database = open_database(settings.database, create=False)
    try:
        with database.read() as connection:
            found = read_coverage(connection)
    finally:
        database.close()
    if settings.json_output:
        print(json.dumps({"database": database.label, "regions": [*map(_row, found)]}, indent=2))
        return 0
    print(f"register: {database.label}\n")
    if not found:
        print("it is empty: run `spock enrich`")
        return 0
    now = datetime.now(UTC)
    headers = ("region", "listings", "gone", "stocks", *FIELDS, "by source", "oldest", "listed")
    rows = [
        (
            one.region,
            f"{one.listings:,}",
            f"{one.inactive:,}",
            f"{one.stocks:,}",
            *(_share(one.known[name], one.stocks) for name in FIELDS),
            " ".join(f"{name} {count:,}" for name, count in sorted(one.by_source.items())),
            _age(one.oldest, now),
            _age(one.listed_at, now),
        )
        for one in found
    ]
    show_table(
        headers,
        rows,
        right=("listings", "gone", "stocks", *FIELDS, "oldest", "listed"),
        cut=("by source",),
        lesser=("is_preferred", "is_spac", "yahoo_symbol", "by source", "gone", "industry_group"),
    )
    return 0


def _row(one: RegionCoverage) -> dict[str, Any]:
    return {
        "region": one.region,
        "listings": one.listings,
        "inactive": one.inactive,
        "stocks": one.stocks,
        "known": dict(one.known),
        "by_source": dict(one.by_source),
        "oldest": format_utc(one.oldest) if one.oldest else None,
        "newest": format_utc(one.newest) if one.newest else None,
        "listed_at": format_utc(one.listed_at) if one.listed_at else None,
    }


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "-"


def _age(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    hours = (now - moment).total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} d ago"
