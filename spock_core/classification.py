"""What Spock concludes: a value, without I/O."""

from __future__ import annotations

from typing import NamedTuple


class Classification(NamedTuple):
    """What Spock concludes from the observations of one listing."""

    region: str
    ticker: str
    sector: str | None = None
    sector_code: str | None = None
    industry_group: str | None = None
    industry_group_code: str | None = None
    industry: str | None = None
    industry_code: str | None = None
    is_spac: bool | None = None
    is_preferred: bool | None = None
    sector_source: str | None = None
    sector_confidence: float | None = None
    industry_source: str | None = None
