"""`spock runs`: lists the runs of the register, or shows one of them."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from spock_core.cli.flags import add_flags, add_own_flag
from spock_core.domain.errors import UsageError
from spock_core.domain.results import errors_of
from spock_core.domain.text import format_utc
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.reporting.tables import fitted_lines, fitted_table
from spock_core.settings.model import load_settings
from spock_core.store.connection.lock import held_regions
from spock_core.store.connection.reading import open_up_to_date
from spock_core.store.runs import StoredRun, read_runs

_REGION_COLUMNS = (
    "region",
    "status",
    "total",
    "enriched",
    "failed",
    "skipped",
    "unknown",
    "retries",
    "duration_s",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds `show ID`, `--most` and the settings that the command reads."""
    parser.add_argument(
        "show", nargs="*", metavar="show ID", help="Show one run: its number, or `last`."
    )
    add_own_flag(
        parser, "--most", type=int, default=20, help="Number of runs to list (default: 20)."
    )
    add_flags(parser, ("database", "sandbox", "json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the latest runs, or one run."""
    words, most = arguments.pop("show"), arguments.pop("most")
    settings = load_settings(arguments, settings_of(plugins))
    number = _number(words)
    if most < 1:
        raise UsageError(f"--most {most}: must be at least 1")
    database = open_up_to_date(settings.database, timeout_s=settings.database_timeout)
    try:
        held = held_regions(database.url)
        with database.read() as connection:
            found = read_runs(connection, most=1 if words else most, run_id=number, held=held)
    finally:
        database.close()
    if words and not found:
        raise UsageError(f"there is no run {words[1]} in {database.label}: `spock runs` lists all")
    if settings.json_output:
        documents = [_document(run) for run in found]
        show(json.dumps(documents[0] if words else {"runs": documents}, indent=2))
    else:
        show(_run_text(found[0]) if words else _table(found))
    return 0


def _number(words: list[str]) -> int | None:
    """Returns the number of the requested run, or None for the last run or the list.

    Raises `UsageError` if the arguments are neither.
    """
    if not words:
        return None
    if len(words) != 2 or words[0] != "show" or not (words[1] == "last" or words[1].isdecimal()):
        raise UsageError(
            f"spock runs {' '.join(words)}: write `spock runs show 12`, or `show last`"
        )
    return None if words[1] == "last" else int(words[1])


def _table(found: list[StoredRun]) -> str:
    headers = ("run", "started", "status", "seconds", "mode", "regions", "stocks", "enriched",
               "failed", "requests")  # fmt: skip
    rows = [
        (
            one.run_id,
            format_utc(one.started_at),
            one.status,
            _seconds(one),
            f"{one.mode}, {one.refresh}",
            " ".join(one.regions_asked or [region["region"] for region in one.regions]),
            f"{sum(region['total'] for region in one.regions):,}",
            f"{sum(region['enriched'] for region in one.regions):,}",
            f"{sum(region['failed'] for region in one.regions):,}",
            f"{sum(one.requests.values()):,}",
        )
        for one in found
    ]
    return fitted_table(
        headers,
        rows,
        right=("run", "seconds", *headers[6:]),
        cut=("regions", "mode"),
        lesser=("mode", "seconds", "regions", "requests", "failed"),
    )


def _run_text(run: StoredRun) -> str:
    lines = [
        f"run {run.run_id}: {run.status}, {run.mode}, {run.refresh}"
        + (", made-up stocks" if run.made_up else ""),
        f"started {format_utc(run.started_at)}, "
        + (f"took {_seconds(run)} s" if run.finished_at else "end not recorded"),
    ]
    if run.error:
        lines.append(f"error: {run.error}")
    rows = [[f"{region[name]}" for name in _REGION_COLUMNS] for region in run.regions]
    table = fitted_table(_REGION_COLUMNS, rows, right=_REGION_COLUMNS[2:])
    below = [f"{r['region']}: {r['error']}" for r in run.regions if r["error"]]
    planned = {name: n for name, n in run.plan.get("requests", {}).items() if n}
    below += [
        f"planned: {_counts_text(planned)}",
        f"requests: {_counts_text(run.requests)}",
        *(
            f"errors of {provider}: {_counts_text(kinds)}"
            for provider, kinds in errors_of(run.outcomes).items()
        ),
        f"seconds: {_counts_text(run.phases)}",
        "settings: " + " ".join(f"{name}={value}" for name, value in run.settings.items()),
    ]
    return "\n\n".join((fitted_lines(lines), table, fitted_lines(below)))


def _document(run: StoredRun) -> dict[str, Any]:
    return asdict(run) | {
        "started_at": format_utc(run.started_at),
        "finished_at": format_utc(run.finished_at) if run.finished_at else None,
        "errors": errors_of(run.outcomes),
    }


def _seconds(run: StoredRun) -> str:
    if run.finished_at is None:
        return "-"
    seconds = (run.finished_at - run.started_at).total_seconds()
    return f"{max(seconds, 0.0):.1f}"  # a clock may have been set back during the run


def _counts_text(numbers: Any) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in numbers.items()) or "none"
