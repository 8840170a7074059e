"""How claims are weighed against each other, and how sure the conclusion is: three numbers.

Two stand here, Yahoo's weight in `sources/yahoo.py`; all were chosen so that what is said to be
sure is right as often (`benchmarks/accuracy.py` prints the curve). A source is often wrong about
the same stocks as the others, so two that agree are worth less than two that knew nothing of each
other.
"""

from __future__ import annotations

from collections.abc import Sequence

from spock_core.domain import Claim

CONFIRMED = 0.55
"""What remains of the doubt about a claim when another source names the same sector."""
CONTRADICTED = 0.8
"""What remains of the confidence in a claim when another source names another sector: of such
stocks the claim that is preferred is right for four in five."""


def by_confidence(claims: Sequence[Claim]) -> list[Claim]:
    """The surest first: by confidence, less what a claim loses against others.

    Of equally sure claims the first source by name counts.
    """
    return sorted(claims, key=lambda claim: (-claim.confidence * claim.weight, claim.source))


def confidence(best: Claim, claims: Sequence[Claim]) -> float:
    """How often a sector is right that `best` decides among these claims, 0 to 1.

    A claim that nobody confirms loses half of what it would lose against another. One that
    outweighs the others is as sure as it says, whatever they say, and so is one without any weight,
    which stands only where nobody else speaks.
    """
    if best.weight > 1 or not best.weight:
        return best.confidence
    others = [one for one in claims if one.gics_code and one.weight and one is not best]
    same = [one for one in others if one.gics_code[:2] == best.gics_code[:2]]
    sure = best.confidence
    if same:
        doubt = 1 - max(sure, *(one.confidence for one in same))
        sure = 1 - doubt * CONFIRMED ** len(same)
    else:
        sure *= (1 + best.weight) / 2
    if len(same) < len(others):
        sure *= CONTRADICTED
    return round(sure, 3)
