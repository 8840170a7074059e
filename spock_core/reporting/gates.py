"""Gates: what the register must hold for a command to exit with 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from spock_core.domain.results import RegionCoverage
from spock_core.domain.text import format_utc
from spock_core.settings.model import Settings

DAY_S = 24 * 3600


def failed_gates(
    regions: Iterable[str],
    covered: Iterable[RegionCoverage],
    last_success: Mapping[str, datetime],
    settings: Settings,
    now: datetime,
) -> list[str]:
    """Returns a line for each gate of the settings that a region does not pass.

    `covered` is what the register holds, and `last_success` when a region last succeeded. A region
    of which the register holds nothing has no coverage; one without a success up to `now` is too
    old.
    """
    holds = {one.region: one for one in covered}
    lines = []
    for region in regions:
        lowest, oldest = settings.fail_under_coverage, settings.fail_over_age
        coverage = holds[region].coverage if region in holds else 0.0
        if lowest is not None and coverage < lowest:
            lines.append(
                f"{region}: {100 * coverage:.1f} % of the stocks have a sector: "
                f"below --fail-under-coverage {lowest:g}"
            )
        if oldest is not None and (text := _too_old(last_success.get(region), oldest, now)):
            lines.append(f"{region}: {text}")
    return lines


def _too_old(success: datetime | None, oldest_days: float, now: datetime) -> str:
    if success is None or success > now:
        return f"has never succeeded: over --fail-over-age {oldest_days:g}"
    days = (now - success).total_seconds() / DAY_S
    if days <= oldest_days:
        return ""
    return (
        f"last succeeded {days:.1f} days ago, at {format_utc(success)}: "
        f"over --fail-over-age {oldest_days:g}"
    )
