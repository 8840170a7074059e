"""The ranking of claims, and the confidence in the sector that they lead to.

The two numbers below, and Yahoo's weight in `sources/yahoo/sources.py`, were chosen so that the
stated confidence equals the measured share of right sectors; `benchmarks/accuracy.py` prints the
curve. Sources tend to be wrong about the same stocks, so a second source that agrees adds less
confidence than an independent one would.
"""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.domain import Claim

CONFIRMED = 0.55
"""Factor for the doubt (1 - confidence) when another source names the same sector."""
CONTRADICTED = 0.8
"""Factor for the confidence when another source names another sector: measured, the preferred claim
is right for four in five of such stocks."""


def by_confidence(claims: Sequence[Claim]) -> list[Claim]:
    """Returns the claims in descending order of confidence times weight.

    Ties are broken by the name of the source.
    """
    return sorted(claims, key=lambda claim: (-claim.confidence * claim.weight, claim.source))


def confidence(best: Claim, claims: Sequence[Claim]) -> float:
    """Returns how often a sector that `best` decides among these claims is right, from 0 to 1.

    Without a claim that agrees, `best` loses half of what its weight takes from it in a comparison.
    A claim with a weight above 1 keeps its own confidence, whatever the other claims are. So does
    one with weight 0, because it decides only if there is no other claim.
    """
    if best.weight > 1 or not best.weight:
        return best.confidence
    others = [claim for claim in claims if claim.gics_code and claim.weight and claim is not best]
    agreeing = [claim for claim in others if claim.gics_code[:2] == best.gics_code[:2]]
    result = best.confidence
    if agreeing:
        doubt = 1 - max(result, *(claim.confidence for claim in agreeing))
        result = 1 - doubt * CONFIRMED ** len(agreeing)
    else:
        result *= (1 + best.weight) / 2
    if len(agreeing) < len(others):
        result *= CONTRADICTED
    return round(result, 3)
