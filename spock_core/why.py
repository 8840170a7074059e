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
    trusted = by_trust(listing, market, list(claims.values())) if market is not None else []
    read = {claim.source: claim for claim in trusted}
    best = next((claim.source for claim in trusted if claim.gics_code), None)
    return [_reading(one, read.get(one.source), claims.get(one.source), best) for one in seen]


def _reading(
    observation: Observation, read: Claim | None, claim: Claim | None, best: str | None
) -> Reading:
    if read is not None:
        decides = read.source == best
        return Reading(observation, _meaning(read), read.confidence, read.reason, decides)
    if claim is not None:
        reason = f"overruled: {claim.reason}"
        return Reading(observation, _meaning(claim), claim.confidence, reason, decides=False)
    return Reading(observation, "", None, "claims nothing", decides=False)


def _meaning(claim: Claim) -> str:
    names = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
    code = claim.gics_code
    said = [f"{table[code]} ({code})" for table in names if code in table]
    flags = {"SPAC": claim.is_spac, "preferred": claim.is_preferred}
    said += [name if value else f"no {name}" for name, value in flags.items() if value is not None]
    return ", ".join(said)
