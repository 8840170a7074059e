"""Observations in, classification out. Pure: no I/O, no clock, the same on any machine."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core import gics
from spock_core.domain import Claim, Classification, Listing, Market, SecurityType


def classify(listing: Listing, market: Market, claims: Sequence[Claim]) -> Classification:
    """What Spock concludes of one listing from what its sources claim.

    The surest claim decides, and every field is taken from that one claim, so that sector and
    industry cannot contradict each other. Of equally sure claims the first source by name counts.
    """
    best = min(claims, key=lambda claim: (-claim.confidence, claim.source), default=None)
    unknown = Classification(
        region=listing.region,
        ticker=listing.ticker,
        is_spac=market.is_spac(listing),
        is_preferred=listing.security_type is SecurityType.PREFERRED,
    )
    if best is None:
        return unknown
    sector_code, sector = gics.sector_of(best.gics_code)
    group_code, group = gics.industry_group_of(best.gics_code)
    industry_code, industry = gics.industry_of(best.gics_code)
    return unknown._replace(
        sector=sector,
        sector_code=sector_code,
        industry_group=group,
        industry_group_code=group_code,
        industry=industry,
        industry_code=industry_code,
        sector_source=best.source,
        sector_confidence=best.confidence,
        industry_source=best.source if industry else None,
    )
