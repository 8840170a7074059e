"""Why a stock is classified as it is: what each source said, how it is read, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spock_core import gics
from spock_core.domain import Claim, Listing, Market, Observation, SecurityType
from spock_core.judgements import judge
from spock_core.sources.source import Source
from spock_core.weighing import by_trust


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation and what is made of it."""

    observation: Observation
    means: str
    """The GICS sector, group or industry, and the flags, that it claims; empty: nothing."""
    confidence: float | None
    reason: str
    decides: bool
    """Whether the sector is decided by it."""


def readings(
    listing: Listing,
    market: Market | None,
    sources: Mapping[str, Source],
    observations: Iterable[Observation],
) -> list[Reading]:
    """Each observation as it is read beside the others. Nothing is claimed without the market."""
    seen = list(observations)
    claims: dict[str, Claim] = {}
    if market is not None:
        for one in seen:
            claim = sources[one.source].claim(one, market) if one.source in sources else None
            if claim is not None:
                claims[one.source] = claim
    said = list(claims.values())
    trusted = by_trust(judge(listing, said, market.judgements)) if market is not None else []
    read = {claim.source: claim for claim in trusted}
    best = next((claim.source for claim in trusted if claim.gics_code), None)
    found = []
    for one in seen:
        claim = read.get(one.source) or claims.get(one.source)
        if claim is None or market is None:
            found.append(Reading(one, "", None, "claims nothing", decides=False))
            continue
        reason = claim.reason if one.source in read else f"overruled: {claim.reason}"
        means = _meaning(claim, listing, market)
        found.append(Reading(one, means, claim.confidence, reason, claim.source == best))
    return found


def _meaning(claim: Claim, listing: Listing, market: Market) -> str:
    """In words; a flag where it is set, or is not what the market's rules say."""
    names = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
    code = claim.gics_code
    said = [f"{table[code]} ({code})" for table in names if code in table]
    flags = (
        ("SPAC", claim.is_spac, market.is_spac(listing)),
        ("preferred", claim.is_preferred, listing.security_type is SecurityType.PREFERRED),
    )
    for name, told, ruled in flags:
        if told or (told is not None and told != ruled):
            said.append(name if told else f"no {name}")
    return ", ".join(said)
