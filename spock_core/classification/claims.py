"""What observations mean: the claims that follow from what sources said."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core.classification.gics import is_gics_code
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.source import Source


def read_claim(
    observation: Observation, market: Market, sources: Mapping[str, Source]
) -> Claim | None:
    """What an observation means; nothing where its source is not there or cannot tell."""
    source = sources.get(observation.source)
    claim = source.claim(observation, market) if source is not None else None
    return claim if claim is not None and _says_something(claim) else None


def last_words(said: Mapping[str, Observation], sources: Mapping[str, Source]) -> list[Observation]:
    """What counts of what was said, by source: the last word of each provider."""
    last: dict[str, Observation] = {}
    for name, observation in said.items():
        if name in sources:
            provider = sources[name].counts_as
            before = last.get(provider)
            if before is None or _later(observation, before):
                last[provider] = observation
    return list(last.values())


def _says_something(claim: Claim) -> bool:
    if claim.gics_code:
        return is_gics_code(claim.gics_code)
    return claim.is_spac is not None or claim.is_preferred is not None


def _later(one: Observation, other: Observation) -> bool:
    return (one.observed_at, one.source) > (other.observed_at, other.source)
