"""The sections of a report, independent of its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spock_core.domain.results import RegionResult, RegionStatus, RunResult, RunStatus
from spock_core.domain.text import format_utc, redact_url
from spock_core.reporting.run_document import totals
from spock_core.reporting.summary import region_table
from spock_core.settings.model import Settings

MOST_DAMAGED = 10
"""The most damaged lines of a region that a report names; the log names more."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a table, and lines below it; any of them may be empty."""

    title: str
    lines: Sequence[str] = ()
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    right: Sequence[str] = ()
    """The headers of numeric columns, which are aligned to the right."""


def sections(result: RunResult, settings: Settings) -> list[Section]:
    """Returns the sections of the report that are not empty."""
    found = [
        _head(result, settings),
        _regions(result),
        _changes(result),
        _sector_changes(result),
        _failures(result),
        _cost(result),
        Section("Advice", _advice(result)),
    ]
    return [section for section in found if section.lines or section.rows]


def _head(result: RunResult, settings: Settings) -> Section:
    chosen = [f"{k}={v}" for k, v in settings.public().items() if k in settings.model_fields_set]
    return Section(
        f"Spock run {result.run_id}: {result.status.value}",
        [
            f"Start: {format_utc(result.started_at)}",
            f"End: {format_utc(result.finished_at)}",
            f"Duration: {result.duration_s:.1f} s",
            f"Mode: {result.mode}, {result.refresh}",
            f"Settings given: {', '.join(chosen) or 'none'}",
            f"Register: {redact_url(settings.database)}",
        ],
    )


def _regions(result: RunResult) -> Section:
    headers, rows, right = region_table(result)
    sums = totals(result)
    rates = ", ".join(f"{r.region} {100 * r.success_rate:.1f} %" for r in result.regions)
    return Section(
        "Regions",
        [
            f"{sums['total']:,} stocks, {100 * result.covered:.1f} % with a sector",
            f"Success rate: {100 * result.success_rate:.1f} % ({rates})",
        ],
        headers,
        rows,
        right,
    )


def _changes(result: RunResult) -> Section:
    headers = ("region", "classified", "by", "new", "changed", "gone", "back", "passed",
               "without a sector")  # fmt: skip
    rows = [
        (
            r.region,
            f"{r.enriched:,}",
            ", ".join(f"{name} {n:,}" for name, n in sorted(r.by_source.items())) or "-",
            f"{r.listing.new:,}",
            f"{r.listing.changed:,}",
            f"{r.listing.gone:,}",
            f"{r.listing.back:,}",
            f"{r.listing.passed:,}",
            f"{r.unknown:,}",
        )
        for r in result.regions
        if r.enriched or r.listing.written
    ]
    right = [name for name in headers if name not in ("region", "by")]
    note = (
        ["New, changed, gone, back and passed (to another instrument) count listings of all types."]
        if rows
        else ["No changes."]
    )
    return Section("Listings and classifications", note, headers, rows, right)


def _sector_changes(result: RunResult) -> Section:
    title = "Sector changes since the last run"
    if not result.sector_changes_count:
        return Section(title, ["None."])
    headers = ("region", "ticker", "name", "before", "after", "source", "confidence")
    rows = [
        (
            c.region,
            c.ticker,
            c.name or "",
            c.before,
            c.after,
            c.source or "",
            "" if c.confidence is None else f"{c.confidence:.2f}",
        )
        for c in result.sector_changes
    ]
    left = result.sector_changes_count - len(rows)
    lines = [f"{left:,} more are in the table `changes` of the register"] if left else []
    return Section(title, lines, headers, rows, ("confidence",))


def _failures(result: RunResult) -> Section:
    lines = [f"{r.region} {r.status.value}: {r.error}" for r in result.failed_regions]
    if result.error:
        lines.append(f"The run was aborted: {result.error}")
    if result.status is RunStatus.INTERRUPTED:
        finished = [r.region for r in result.regions if r.status is not RegionStatus.INTERRUPTED]
        lines.append(f"The run was interrupted; finished regions: {', '.join(finished) or 'none'}")
    for region in result.regions:
        lines += _damaged_lines(region)
    if result.planned.left:
        lines.append(
            f"{result.planned.left:,} stocks are left for later runs: the budgets of a day "
            "(--profile-budget, --kis-api-budget) are used up"
        )
    return Section("Failures", lines)


def _damaged_lines(region: RegionResult) -> list[str]:
    listing = region.listing
    if not listing.damaged_count:
        return []
    shown = "; ".join(
        f"{line.list_name} line {line.line}: {line.reason}"
        for line in listing.damaged[:MOST_DAMAGED]
    )
    return [f"{region.region}: {listing.damaged_count:,} damaged lines: {shown}"]


def _cost(result: RunResult) -> Section:
    planned = ", ".join(f"{name} {n:,}" for name, n in sorted(result.planned.requests.items()) if n)
    rows = [
        (
            provider,
            f"{n:,}",
            ", ".join(
                f"{kind} {m:,}" for kind, m in sorted(result.errors.get(provider, {}).items())
            )
            or "none",
        )
        for provider, n in sorted(result.requests.items())
    ]
    phases = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.phases.items())
    lines = [
        f"Planned: {planned or 'no requests'}"
        + (f", {result.planned.seconds:,.0f} s at the full rate" if planned else ""),
        f"Time: {phases or 'none'}",
        f"Retries: {sum(r.retries for r in result.regions):,}",
        *(f"Slow: {one}" for one in result.slow_plugins),
    ]
    return Section(
        "Requests and time", lines, ("provider", "requests", "errors"), rows, ("requests",)
    )


def _advice(result: RunResult) -> list[str]:
    advice = []
    if any("--accept-shrunk" in (r.error or "") for r in result.failed_regions):
        advice.append(
            "Compare the refused lists with the venue's own before you use --accept-shrunk."
        )
    elif any(r.status is RegionStatus.FAILED for r in result.regions):
        advice.append(
            "Run again later; data that was read is stored and will not be requested again."
        )
    if any(r.status is RegionStatus.ERROR for r in result.regions):
        advice.append(
            "Spock or a plugin has a bug: --verbose shows the traceback; please report it."
        )
    if result.status is RunStatus.INTERRUPTED:
        advice.append("Run again: the next run continues where this one stopped.")
    if any(r.listing.damaged_count for r in result.regions):
        advice.append("The log names the damaged lines; their stocks keep their stored data.")
    if "http_429" in result.errors.get("yahoo", {}):
        advice.append("Yahoo asked for fewer requests: consider a lower --yahoo-rate.")
    return advice
