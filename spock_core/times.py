"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime, precision: str = "milliseconds") -> str:
    """UTC, ISO 8601, with a `Z`."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
