"""What a report says, part by part, whatever it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spock_core.domain.results import RegionResult, RegionStatus, RunResult, RunStatus
from spock_core.domain.text import format_utc, redact_url
from spock_core.reporting.run_document import totals
from spock_core.reporting.summary import region_table
from spock_core.settings.model import Settings

MOST_DAMAGED = 10
"""Damaged lines of a region that a report names; the log names more."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a table, and lines below it; any of them may be empty."""

    title: str
    lines: Sequence[str] = ()
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    right: Sequence[str] = ()
    """Columns of the table that are numbers."""


def parts(result: RunResult, settings: Settings) -> list[Part]:
    """The report of a run."""
    found = [
        _head(result, settings),
        _regions(result),
        _learned(result),
        _changed(result),
        _not_done(result),
        _cost(result),
        Part("Advice", _advice(result)),
    ]
    return [part for part in found if part.lines or part.rows]


def _head(result: RunResult, settings: Settings) -> Part:
    chosen = [f"{k}={v}" for k, v in settings.public().items() if k in settings.model_fields_set]
    return Part(
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


def _regions(result: RunResult) -> Part:
    headers, rows, right = region_table(result)
    sums = totals(result)
    rates = ", ".join(f"{r.region} {100 * r.success_rate:.1f} %" for r in result.regions)
    return Part(
        "Regions",
        [
            f"{sums['total']:,} stocks, {100 * sums['coverage']:.1f} % with a sector",
            f"Success rate: {100 * result.success_rate:.1f} % ({rates})",
        ],
        headers,
        rows,
        right,
    )


def _learned(result: RunResult) -> Part:
    headers = ("region", "classified", "by", "new", "changed", "gone", "back", "known to nobody")
    rows = [
        (
            r.region,
            f"{r.enriched:,}",
            ", ".join(f"{name} {n:,}" for name, n in sorted(r.by_source.items())) or "-",
            f"{r.listing.new:,}",
            f"{r.listing.changed:,}",
            f"{r.listing.gone:,}",
            f"{r.listing.back:,}",
            f"{r.unknown:,}",
        )
        for r in result.regions
        if r.enriched or r.listing.written
    ]
    right = [name for name in headers if name not in ("region", "by")]
    note = ["new, changed, gone and back are listings of all kinds"] if rows else ["Nothing new."]
    return Part("What was learned", note, headers, rows, right)


def _changed(result: RunResult) -> Part:
    title = "Sector changes since the last run"
    if not result.sector_changes_count:
        return Part(title, ["None."])
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
    lines = [f"and {left:,} more, in the table `changes` of the register"] if left else []
    return Part(title, lines, headers, rows, ("confidence",))


def _not_done(result: RunResult) -> Part:
    lines = [f"{r.region} {r.status.value}: {r.error}" for r in result.failed_regions]
    if result.error:
        lines.append(f"The run broke off: {result.error}")
    if result.status is RunStatus.INTERRUPTED:
        reached = [r.region for r in result.regions if r.status is not RegionStatus.INTERRUPTED]
        lines.append(f"The run was stopped; it was through with: {', '.join(reached) or 'none'}")
    for region in result.regions:
        lines += _damage(region)
    if result.planned.left:
        lines.append(
            f"{result.planned.left:,} stocks wait for another night: --profile-budget was used up"
        )
    return Part("What could not be done, and why", lines)


def _damage(region: RegionResult) -> list[str]:
    listing = region.listing
    if not listing.damaged_count:
        return []
    shown = "; ".join(
        f"{one.list_name} line {one.line}: {one.reason}" for one in listing.damaged[:MOST_DAMAGED]
    )
    return [f"{region.region}: {listing.damaged_count:,} damaged lines, first {shown}"]


def _cost(result: RunResult) -> Part:
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
        f"Planned: {planned or 'nothing to ask'}"
        + (f", {result.planned.seconds:,.0f} s at the full rate" if planned else ""),
        f"Time: {phases or 'none'}",
        f"Asked again: {sum(r.retries for r in result.regions):,} times",
    ]
    return Part("Requests and time", lines, ("provider", "requests", "errors"), rows, ("requests",))


def _advice(result: RunResult) -> list[str]:
    advice = []
    if any("--accept-shrunk" in (r.error or "") for r in result.failed_regions):
        advice.append("Compare the refused lists with the venue's own before believing them.")
    elif any(r.status is RegionStatus.FAILED for r in result.regions):
        advice.append("Run again later; what was read is kept and is not read twice.")
    if any(r.status is RegionStatus.ERROR for r in result.regions):
        advice.append("A program has a fault: --verbose shows where; tell its author.")
    if result.status is RunStatus.INTERRUPTED:
        advice.append("Run again: it goes on where this one stopped.")
    if any(r.listing.damaged_count for r in result.regions):
        advice.append("The log names damaged lines; their stocks kept what was known.")
    if "http_429" in result.errors.get("yahoo", {}):
        advice.append("Yahoo asked for fewer requests: consider a lower --yahoo-rate.")
    return advice
