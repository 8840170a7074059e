"""The report of a run: as a document, as a table for the console, and as a file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from spock_core.errors import OutputError, UsageError
from spock_core.events import RegionResult, RegionStatus, RunResult
from spock_core.preview import Preview
from spock_core.secrets import hide_password
from spock_core.settings import Settings
from spock_core.tables import table_text

_COUNTS = ("total", "enriched", "failed", "skipped", "unknown")
_PREDECESSORS = ("kis", "yfinance")
"""Sources that documents always count, as the predecessor's did."""


def document(result: RunResult) -> dict[str, Any]:
    """The run as plain values, ready for JSON. Times are UTC, ISO 8601; durations in seconds."""
    return {
        "run_id": result.run_id,
        "started_at": _iso(result.started_at),
        "finished_at": _iso(result.finished_at),
        "duration_s": round(result.duration_s, 3),
        "mode": result.mode,
        "refresh": result.refresh,
        "dry_run": result.dry_run,
        "regions": [_region(region) for region in result.regions],
        "requests": dict(result.requests),
        "totals": _totals(result),
    }


def summary(result: RunResult, settings: Settings) -> str:
    """The table at the end of a run, and one line that says what it came to."""
    lines = [_table(result), ""]
    lines += [f"{r.region} {r.status.value}: {r.error}" for r in result.failed_regions]
    totals = _totals(result)
    requests = ", ".join(f"{n:,} to {name}" for name, n in sorted(result.requests.items()))
    written = sum(r.listing.written for r in result.regions) + totals["enriched"]
    lines.append(
        f"{totals['total']:,} stocks, {100 * totals['coverage']:.1f} % with a sector, "
        f"in {result.duration_s:.1f} s; requests: {requests or 'none'}"
    )
    if not written and not result.failed_regions:
        lines.append("nothing had changed and nothing was old: nothing was rewritten")
    lines.append(f"register: {hide_password(settings.database)}")
    return "\n".join(lines)


def preview_text(found: Preview) -> str:
    """What `--dry-run` prints."""
    rows = [
        (one.region, " ".join(one.lists), f"{one.stocks:,}", f"{one.classified:,}", f"{one.due:,}")
        for one in found.regions
    ]
    headers = ("region", "lists to read", "stocks", "with a sector", "due at Yahoo")
    requests = ", ".join(f"{name} {number:,}" for name, number in found.plan.requests.items())
    lines = [
        table_text(headers, rows, right=headers[2:]),
        "",
        f"requests to Yahoo: {requests}; about {found.seconds:,.0f} s at {found.rate:g} a second",
    ]
    if found.plan.left:
        lines.append(f"{found.plan.left:,} more stocks wait for another night (--profile-budget)")
    if any(one.stocks for one in found.regions):
        lines.append(f"coverage afterwards: up to {100 * found.coverage:.1f} %")
    else:
        lines.append("the register is empty: what Yahoo is asked shows once the lists are read")
    return "\n".join([*lines, "dry run: nothing was fetched, nothing was written"])


def check_path(path: Path) -> None:
    """Raises `UsageError` before any work where the report could not be written after it."""
    folder = path.parent
    writable = os.access(path if path.exists() else folder, os.W_OK)
    if path.is_dir() or not folder.is_dir() or not writable:
        raise UsageError(f"report file {path} cannot be written: check the folder and its rights")


def write(result: RunResult, settings: Settings, path: Path) -> None:
    """Writes the report as text. Raises `OutputError`."""
    listed = [
        f"{r.region}: {r.listing.new:,} new, {r.listing.changed:,} changed, "
        f"{r.listing.gone:,} gone, {r.listing.back:,} back, "
        f"{r.listing.damaged_count:,} damaged lines"
        for r in result.regions
    ]
    chosen = [f"{k}={v}" for k, v in settings.public().items() if k in settings.model_fields_set]
    parts = [
        f"Spock run {result.run_id}",
        f"Start {_iso(result.started_at)}\nEnd   {_iso(result.finished_at)}",
        f"Settings: {result.mode}, {result.refresh}; given: {', '.join(chosen) or 'none'}",
        summary(result, settings),
        "Listings\n" + "\n".join(listed),
        "Success rate "
        + ", ".join(f"{r.region} {100 * r.success_rate:.1f} %" for r in result.regions),
        *_advice(result),
    ]
    try:
        path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"report file {path} cannot be written: {error.strerror}") from error


def _table(result: RunResult) -> str:
    names = sorted({name for region in result.regions for name in region.by_source} | {"kis"})
    headers = ("region", "status", *_COUNTS, *names, "seconds")
    rows = [
        (
            r.region,
            r.status.value,
            *(f"{getattr(r, name):,}" for name in _COUNTS),
            *(f"{r.by_source.get(name, 0):,}" for name in names),
            f"{r.duration_s:.1f}",
        )
        for r in result.regions
    ]
    return table_text(headers, rows, right=headers[2:])


def _region(region: RegionResult) -> dict[str, Any]:
    listing = region.listing
    return {
        "region": region.region,
        "status": region.status.value,
        **{name: getattr(region, name) for name in _COUNTS},
        **dict.fromkeys(_PREDECESSORS, 0),
        **region.by_source,
        "success_rate": round(region.success_rate, 6),
        "coverage": round(region.coverage, 6),
        "duration_s": region.duration_s,
        "retries": region.retries,
        "listing": {
            "listed": listing.listed,
            "new": listing.new,
            "changed": listing.changed,
            "gone": listing.gone,
            "back": listing.back,
            "damaged": listing.damaged_count,
            "not_modified": list(listing.not_modified),
            "refused": list(listing.refused),
        },
        "error": region.error,
    }


def _totals(result: RunResult) -> dict[str, Any]:
    totals: dict[str, Any] = {n: sum(getattr(r, n) for r in result.regions) for n in _COUNTS}
    for name in {*_PREDECESSORS, *(name for r in result.regions for name in r.by_source)}:
        totals[name] = sum(r.by_source.get(name, 0) for r in result.regions)
    totals["success_rate"] = round(result.success_rate, 6)
    covered = totals["total"] - totals["unknown"] - totals["failed"]
    totals["coverage"] = round(covered / totals["total"], 6) if totals["total"] else 0.0
    totals["retries"] = sum(r.retries for r in result.regions)
    return totals


def _advice(result: RunResult) -> list[str]:
    advice = []
    if any("--accept-shrunk" in (r.error or "") for r in result.failed_regions):
        advice.append(
            "Advice: compare the refused lists with the venue's own before believing them."
        )
    elif any(r.status is RegionStatus.FAILED for r in result.regions):
        advice.append("Advice: run again later; what was read is kept and is not read twice.")
    if any(r.listing.damaged_count for r in result.regions):
        advice.append("Advice: the log names every damaged line; its stocks kept what was known.")
    return advice


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
