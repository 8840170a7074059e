"""The claims that follow from observations: what the words of a source mean in GICS."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core.classification.gics import is_gics_code
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.source import Source


def read_claim(
    observation: Observation, market: Market, sources: Mapping[str, Source]
) -> Claim | None:
    """Returns what an observation means, as sure as its provider is in this market.

    Returns None if its source is not installed, or if the source cannot interpret the words.
    """
    source = sources.get(observation.source)
    claim = source.claim(observation, market) if source is not None else None
    if source is None or claim is None or not _is_usable(claim):
        return None
    factor = market.reliability.get(source.counts_as)
    return claim if factor is None else claim._replace(confidence=claim.confidence * factor)


def latest_observations(
    observations: Mapping[str, Observation], sources: Mapping[str, Source]
) -> list[Observation]:
    """Returns the latest observation of each provider.

    `observations` are those of one stock, by the name of their source. Sources with the same
    `counts_as` belong to one provider. Observations of sources that are not installed are ignored,
    and so is one that only repeats some of the words of an earlier one.
    """
    latest: dict[str, Observation] = {}
    for observation in sorted(observations.values(), key=lambda one: (one.observed_at, one.source)):
        if observation.source in sources:
            provider = sources[observation.source].counts_as
            previous = latest.get(provider)
            if previous is None or not says_less(observation, previous):
                latest[provider] = observation
    return list(latest.values())


def says_less(later: Observation, before: Observation) -> bool:
    """Whether an observation only repeats some of the words of another, and adds none.

    An empty word says nothing: a profile with the same sector and no industry says less.
    """
    said = {name: word for name, word in later.words.items() if word}
    known = {name: word for name, word in before.words.items() if word}
    return said.items() < known.items()


def _is_usable(claim: Claim) -> bool:
    """Whether a claim has a valid GICS code, or no code but something else."""
    if claim.gics_code:
        return is_gics_code(claim.gics_code)
    said = claim.is_spac, claim.is_preferred, claim.par_value
    return any(value is not None for value in said)
