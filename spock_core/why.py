"""Why a stock is classified as it is: what each source said, how it is read, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spock_core import gics
from spock_core.classify import by_trust
from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.sources.source import Source


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation and what is made of it."""

    observation: Observation
    means: str
    """The GICS sector, group or industry that it claims; empty where it claims nothing."""
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
    trusted = by_trust(listing, market, list(claims.values())) if market is not None else []
    read = {claim.source: claim for claim in trusted}
    best = trusted[0].source if trusted else None
    return [_reading(one, read.get(one.source), claims.get(one.source), best) for one in seen]


def _reading(
    observation: Observation, read: Claim | None, claim: Claim | None, best: str | None
) -> Reading:
    if read is not None:
        means, reason = _name(read.gics_code), read.reason
        return Reading(observation, means, read.confidence, reason, read.source == best)
    if claim is not None:
        reason = f"overruled: {claim.reason}"
        return Reading(observation, _name(claim.gics_code), claim.confidence, reason, decides=False)
    return Reading(observation, "", None, "claims nothing", decides=False)


def _name(code: str) -> str:
    names = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
    return next(f"{table[code]} ({code})" for table in names if code in table)
