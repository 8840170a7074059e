"""The text that the command prints at the end of a run."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.domain.results import RunResult, RunStatus, SectorChange
from spock_core.domain.text import redact_url
from spock_core.reporting.run_document import COUNTS, totals
from spock_core.reporting.tables import fitted_table
from spock_core.settings.model import Settings

MOST_CHANGES = 5
"""The most sector changes that are printed; the report has all of them."""


def summary(result: RunResult, settings: Settings) -> str:
    """Returns the table of the regions and a few lines about the result."""
    headers, rows, right = region_table(result)
    lines = [fitted_table(headers, rows, right=right), ""]
    lines += [f"{r.region} {r.status.value}: {r.error}" for r in result.failed_regions]
    lines += _changes(result)
    if passed := sum(region.listing.passed for region in result.regions):
        lines.append(f"{passed:,} passed to another instrument: a new listing period began")
    if doubtful := sum(region.listing.doubtful for region in result.regions):
        lines.append(f"{doubtful:,} may have passed to another company: `spock doctor` names them")
    sums = totals(result)
    requests = ", ".join(f"{n:,} to {name}" for name, n in sorted(result.requests.items()))
    lines.append(
        f"{sums['total']:,} stocks, {100 * result.covered:.1f} % with a sector, "
        f"in {result.duration_s:.1f} s; requests: {requests or 'none'}"
    )
    written = sum(r.listing.written for r in result.regions) + sums["enriched"]
    if result.status is RunStatus.INTERRUPTED:
        lines.append("interrupted; what was done is kept, and the next run continues from there")
    elif not written and not result.failed_regions:
        lines.append("no listing and no classification had to be updated")
    lines.append(f"register: {redact_url(settings.database)}")
    return "\n".join(lines)


def region_table(
    result: RunResult,
) -> tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str]]:
    """Returns headers, a row for each region, and the headers of the numeric columns."""
    names = sorted({name for region in result.regions for name in region.by_source} | {"kis"})
    headers = ("region", "status", *COUNTS, *names, "coverage", "seconds")
    rows = [
        (
            r.region,
            r.status.value,
            *(f"{getattr(r, name):,}" for name in COUNTS),
            *(f"{r.by_source.get(name, 0):,}" for name in names),
            f"{100 * r.coverage:.1f} %",
            f"{r.duration_s:.1f}",
        )
        for r in result.regions
    ]
    return headers, rows, headers[2:]


def change_text(change: SectorChange) -> str:
    """Returns one stock's change of sector as a line of text."""
    name = f" {change.name}" if change.name else ""
    percent = "" if change.confidence is None else f", confidence {100 * change.confidence:.0f} %"
    return (
        f"{change.region}:{change.ticker}{name}: {change.before} -> {change.after} "
        f"({change.source}{percent})"
    )


def _changes(result: RunResult) -> list[str]:
    count = result.sector_changes_count
    if not count:
        return []
    lines = [f"{count:,} {'stock' if count == 1 else 'stocks'} changed sector since the last run:"]
    lines += [f"  {change_text(change)}" for change in result.sector_changes[:MOST_CHANGES]]
    if count > MOST_CHANGES:
        lines.append(f"  and {count - MOST_CHANGES:,} more: --report-file lists them")
    return lines
