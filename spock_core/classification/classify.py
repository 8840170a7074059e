"""Classifies one listing from the claims about it. Pure: no I/O and no clock."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.classification import gics
from spock_core.classification.confidence import by_confidence, confidence
from spock_core.classification.industry import place_in_sector
from spock_core.classification.rules import apply_rules
from spock_core.domain import Claim, Classification, Listing, Market, SecurityType


def ranked_claims(listing: Listing, market: Market, claims: Sequence[Claim]) -> list[Claim]:
    """Returns the claims after the rules have been applied, the most confident claim first."""
    return by_confidence(apply_rules(listing, claims, market.judgements))


def classify(listing: Listing, market: Market, claims: Sequence[Claim]) -> Classification:
    """Returns the classification that follows from the claims about one listing.

    The most confident claim decides the sector. Claims that agree with it raise the confidence,
    claims that contradict it lower the confidence. All claims together decide the industry inside
    the sector (`industry.place_in_sector`); a claim that outweighs all others decides as far as
    its code goes. `claims` are in the order in which they were made: of several par values the
    last counts. A flag is decided by `flag_claim`, or by the market's rules if no claim states
    it.
    """
    ranked = ranked_claims(listing, market, claims)
    spac, preferred = flag_claim("is_spac", ranked), flag_claim("is_preferred", ranked)
    by_type = listing.security_type is SecurityType.PREFERRED
    result = Classification(
        region=listing.region,
        ticker=listing.ticker,
        is_spac=spac.is_spac if spac else bool(market.is_spac(listing)),
        is_preferred=preferred.is_preferred if preferred else by_type,
        par_value=next((c.par_value for c in reversed(claims) if c.par_value is not None), None),
    )
    coded = [claim for claim in ranked if claim.gics_code]
    if not coded:
        return result
    best = coded[0]
    sector_code, sector = gics.sector_of(best.gics_code)
    sector_confidence = confidence(best, coded)
    corrected = [claim for claim in coded if claim not in claims]
    heard = [claim for claim in (*claims, *corrected) if claim.weight or not best.weight]
    inside = place_in_sector(best, heard, sector_confidence)
    group_code, group = gics.industry_group_of(inside.code)
    industry_code, industry = gics.industry_of(inside.code)
    return result._replace(
        sector=sector,
        sector_code=sector_code,
        industry_group=group,
        industry_group_code=group_code,
        industry=industry,
        industry_code=industry_code,
        sector_source=best.source,
        sector_confidence=sector_confidence,
        industry_source=inside.source if industry else None,
        industry_confidence=inside.confidence if industry else None,
    )


def flag_claim(flag: str, ranked: Sequence[Claim]) -> Claim | None:
    """Returns the claim that decides a flag, or None if no claim states it.

    `flag` is `is_spac` or `is_preferred`, and `ranked` holds the most confident claim first. That
    claim decides, with one exception: a claim that names a business overrides claims of `is_spac`,
    because a shell company keeps its name and its old data after a merger. The exception does not
    apply if the first claim outweighs all others.
    """
    stating = [claim for claim in ranked if getattr(claim, flag) is not None]
    if not stating:
        return None
    if flag == "is_spac" and stating[0].weight <= 1:
        return next((claim for claim in stating if not claim.is_spac), stating[0])
    return stating[0]
