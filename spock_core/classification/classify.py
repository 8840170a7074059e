"""Observations in, classification out. Pure: no I/O, no clock, the same on any machine."""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.classification import gics
from spock_core.classification.confidence import by_confidence, confidence
from spock_core.classification.rules import apply_rules
from spock_core.domain import Claim, Classification, Listing, Market, SecurityType


def ranked_claims(listing: Listing, market: Market, claims: Sequence[Claim]) -> list[Claim]:
    """The claims as `judgements` reads them, in the order in which `weighing` trusts them."""
    return by_confidence(apply_rules(listing, claims, market.judgements))


def classify(listing: Listing, market: Market, claims: Sequence[Claim]) -> Classification:
    """What Spock concludes of one listing from what its sources claim.

    Claims are read as `judgements` says and weighed as `weighing` says. The surest one decides the
    sector, and those that agree or contradict it make it surer or less sure. The industry
    comes from the surest claim that goes deeper into what that one says (its code begins with the
    other's), so that sector, group and industry cannot contradict each other. A flag is what the
    surest claim that tells it says, else what the market's rules say; but who names a business is
    believed before who names a shell.
    """
    read = ranked_claims(listing, market, claims)
    spac, preferred = flag_claim("is_spac", read), flag_claim("is_preferred", read)
    by_type = listing.security_type is SecurityType.PREFERRED
    found = Classification(
        region=listing.region,
        ticker=listing.ticker,
        is_spac=spac.is_spac if spac else bool(market.is_spac(listing)),
        is_preferred=preferred.is_preferred if preferred else by_type,
    )
    placed = [claim for claim in read if claim.gics_code]
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


def flag_claim(flag: str, read: Sequence[Claim]) -> Claim | None:
    """The claim that tells a flag: the surest; None where none tells.

    Who names a business is believed before who names a shell: companies merge, and names and old
    words stay. Not so where somebody outweighs all others.
    """
    told = [claim for claim in read if getattr(claim, flag) is not None]
    if not told:
        return None
    if flag == "is_spac" and told[0].weight <= 1:
        return next((claim for claim in told if not claim.is_spac), told[0])
    return told[0]
