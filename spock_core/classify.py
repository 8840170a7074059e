"""Observations in, classification out. Pure: no I/O, no clock, the same on any machine."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core import gics
from spock_core.domain import Claim, Classification, Listing, Market, SecurityType
from spock_core.judgements import judge


def by_trust(listing: Listing, market: Market, claims: Sequence[Claim]) -> list[Claim]:
    """The claims as `judgements` reads them, the surest first; the first decides the sector."""
    read = judge(listing, claims, market.judgements)
    return sorted(read, key=lambda claim: (-claim.confidence, claim.source))


def classify(listing: Listing, market: Market, claims: Sequence[Claim]) -> Classification:
    """What Spock concludes of one listing from what its sources claim.

    Claims are first read as `judgements` says. The surest one decides the sector. The industry
    comes from the surest claim that goes deeper into what that one says (its code begins with the
    other's), so that sector, group and industry cannot contradict each other. Of equally sure
    claims the first source by name counts.
    """
    trusted = by_trust(listing, market, claims)
    best = next(iter(trusted), None)
    unknown = Classification(
        region=listing.region,
        ticker=listing.ticker,
        is_spac=market.is_spac(listing),
        is_preferred=listing.security_type is SecurityType.PREFERRED,
    )
    if best is None:
        return unknown
    deepest = best
    for claim in trusted:
        if len(claim.gics_code) > len(deepest.gics_code) and claim.gics_code.startswith(
            deepest.gics_code
        ):
            deepest = claim
    sector_code, sector = gics.sector_of(best.gics_code)
    group_code, group = gics.industry_group_of(deepest.gics_code)
    industry_code, industry = gics.industry_of(deepest.gics_code)
    return unknown._replace(
        sector=sector,
        sector_code=sector_code,
        industry_group=group,
        industry_group_code=group_code,
        industry=industry,
        industry_code=industry_code,
        sector_source=best.source,
        sector_confidence=best.confidence,
        industry_source=deepest.source if industry else None,
    )
