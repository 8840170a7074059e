"""The result of a run as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from spock_core.domain.results import RegionResult, RunResult
from spock_core.domain.text import format_utc
from spock_core.sources.yahoo.names import PROFILE, SCREENER

COUNTS = ("total", "enriched", "failed", "skipped", "unknown")
ALWAYS_COUNTED = ("kis", SCREENER, PROFILE)
"""Sources that the document counts even where they decided nothing."""


def document(result: RunResult) -> dict[str, Any]:
    """Returns the run as plain values for JSON.

    Times are UTC in ISO 8601, durations are in seconds. docs/settings.md describes the keys.
    """
    return {
        "run_id": result.run_id,
        "started_at": format_utc(result.started_at),
        "finished_at": format_utc(result.finished_at),
        "duration_s": round(result.duration_s, 3),
        "mode": result.mode,
        "refresh": result.refresh,
        "dry_run": result.dry_run,
        "status": result.status.value,
        "error": result.error,
        "regions": [_region(region) for region in result.regions],
        "requests": dict(result.requests),
        "errors": result.errors,
        "planned": {**asdict(result.planned), "seconds": round(result.planned.seconds, 1)},
        "phases": dict(result.phases),
        "slow_plugins": [asdict(one) for one in result.slow_plugins],
        "sector_changes": [asdict(change) for change in result.sector_changes],
        "sector_changes_count": result.sector_changes_count,
        "totals": totals(result),
    }


def _region(region: RegionResult) -> dict[str, Any]:
    listing = region.listing
    return {
        "region": region.region,
        "status": region.status.value,
        **{name: getattr(region, name) for name in COUNTS},
        **dict.fromkeys(ALWAYS_COUNTED, 0),
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
            "passed": listing.passed,
            "doubtful": listing.doubtful,
            "damaged": listing.damaged_count,
            "not_modified": list(listing.not_modified),
            "refused": list(listing.refused),
        },
        "error": region.error,
    }


def totals(result: RunResult) -> dict[str, Any]:
    """Returns the counts, summed over all regions, and the rates."""
    totals: dict[str, Any] = {n: sum(getattr(r, n) for r in result.regions) for n in COUNTS}
    for name in {*ALWAYS_COUNTED, *(name for r in result.regions for name in r.by_source)}:
        totals[name] = sum(r.by_source.get(name, 0) for r in result.regions)
    totals["success_rate"] = round(result.success_rate, 6)
    totals["coverage"] = round(result.covered, 6)
    totals["retries"] = sum(r.retries for r in result.regions)
    return totals
