"""Observations in, classification out. Pure: no I/O, no clock, the same on any machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from spock_core import gics
from spock_core.classification import Classification
from spock_core.domain import Claim, Listing, Market, SecurityType
from spock_core.judgements import judge
from spock_core.weighing import by_trust, confidence


def classify(listing: Listing, market: Market, claims: Sequence[Claim]) -> Classification:
    """What Spock concludes of one listing from what its sources claim.

    Claims are read as `judgements` says and weighed as `weighing` says. The surest one decides the
    sector, and those that agree or contradict it make it surer or less sure. The industry
    comes from the surest claim that goes deeper into what that one says (its code begins with the
    other's), so that sector, group and industry cannot contradict each other. A flag is what the
    surest claim that tells it says, else what the market's rules say.
    """
    trusted = by_trust(judge(listing, claims, market.judgements))
    found = Classification(
        region=listing.region,
        ticker=listing.ticker,
        is_spac=_told((claim.is_spac for claim in trusted), lambda: market.is_spac(listing)),
        is_preferred=_told(
            (claim.is_preferred for claim in trusted),
            lambda: listing.security_type is SecurityType.PREFERRED,
        ),
    )
    placed = [claim for claim in trusted if claim.gics_code]
    if not placed:
        return found
    best = deepest = placed[0]
    for claim in placed:
        if len(claim.gics_code) > len(deepest.gics_code) and claim.gics_code.startswith(
            deepest.gics_code
        ):
            deepest = claim
    sector_code, sector = gics.sector_of(best.gics_code)
    group_code, group = gics.industry_group_of(deepest.gics_code)
    industry_code, industry = gics.industry_of(deepest.gics_code)
    return found._replace(
        sector=sector,
        sector_code=sector_code,
        industry_group=group,
        industry_group_code=group_code,
        industry=industry,
        industry_code=industry_code,
        sector_source=best.source,
        sector_confidence=confidence(best, placed),
        industry_source=deepest.source if industry else None,
    )


def _told(said: Iterable[bool | None], otherwise: Callable[[], bool]) -> bool:
    """The first answer that is one; without any, the rule's."""
    for answer in said:
        if answer is not None:
            return answer
    return otherwise()
