"""The claims that follow from observations: what the words of a source mean in GICS."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core.classification.gics import is_gics_code
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.source import Source


def read_claim(
    observation: Observation, market: Market, sources: Mapping[str, Source]
) -> Claim | None:
    """Returns what an observation means.

    Returns None if its source is not installed, or if the source cannot interpret the words.
    """
    source = sources.get(observation.source)
    claim = source.claim(observation, market) if source is not None else None
    return claim if claim is not None and _is_usable(claim) else None


def latest_observations(
    observations: Mapping[str, Observation], sources: Mapping[str, Source]
) -> list[Observation]:
    """Returns the latest observation of each provider.

    `observations` are those of one stock, by the name of their source. Sources with the same
    `counts_as` belong to one provider. Observations of sources that are not installed are ignored.
    """
    latest: dict[str, Observation] = {}
    for name, observation in observations.items():
        if name in sources:
            provider = sources[name].counts_as
            previous = latest.get(provider)
            if previous is None or _is_later(observation, previous):
                latest[provider] = observation
    return list(latest.values())


def _is_usable(claim: Claim) -> bool:
    """Whether a claim has a valid GICS code, or no code but a flag."""
    if claim.gics_code:
        return is_gics_code(claim.gics_code)
    return claim.is_spac is not None or claim.is_preferred is not None


def _is_later(first: Observation, second: Observation) -> bool:
    """Compares the times of two observations, and the names of their sources if these are equal."""
    return (first.observed_at, first.source) > (second.observed_at, second.source)
