"""Why a stock is classified as it is: what each source said, how it is read, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spock_core.classification import gics
from spock_core.classification.claims import last_words, read_claim
from spock_core.classification.classify import flag_claim, ranked_claims
from spock_core.domain import Claim, Listing, Market, Observation, SecurityType
from spock_core.domain.source import REASON, Source

_FLAGS = {"is_spac": "SPAC", "is_preferred": "preferred"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One observation and what is made of it."""

    observation: Observation
    means: str
    """The GICS sector, group or industry, and the flags, that it claims; empty: nothing."""
    confidence: float | None
    reason: str
    decides: tuple[str, ...]
    """What of the stock it decides: `sector`, and flags that rules alone would not tell."""

    @property
    def said(self) -> str:
        """Its words on one line, but a reason: that is told for itself. Flags bring their names."""
        told = (
            f"{name} {word}" if word in ("yes", "no") else word
            for name, word in self.observation.words.items()
            if word and name != REASON
        )
        return ", ".join(told)


def explanations(
    listing: Listing,
    market: Market | None,
    sources: Mapping[str, Source],
    observations: Iterable[Observation],
) -> list[Explanation]:
    """Each observation as it is read beside the others. Nothing is claimed without the market."""
    seen = list(observations)
    if market is None:
        return [Explanation(one, "", None, "claims nothing", decides=()) for one in seen]
    claims = {one.source: read_claim(one, market, sources) for one in seen}
    last = last_words({one.source: one for one in seen}, sources)
    counted = [claim for one in last if (claim := claims[one.source]) is not None]
    read = {one.source: one for one in ranked_claims(listing, market, counted)}
    decided = deciding_sources(listing, market, counted)
    found = []
    for one in seen:
        said, claim = claims[one.source], read.get(one.source)
        if said is None:
            found.append(Explanation(one, "", None, "claims nothing", decides=()))
            continue
        reason = said.reason if claim is None else claim.reason
        if claim is None or bool(claim.gics_code) < bool(said.gics_code):
            claim, reason = said, f"overruled: {said.reason}"
        means = _meaning(claim, listing, market)
        decides = tuple(what for what, source in decided.items() if source == one.source)
        found.append(Explanation(one, means, claim.confidence, reason, decides))
    return found


def deciding_sources(listing: Listing, market: Market, claims: Sequence[Claim]) -> dict[str, str]:
    """Which source decides the sector, and a flag that is set or is not what the rules say."""
    read = ranked_claims(listing, market, claims)
    found: dict[str, str] = {}
    for claim in read:
        if claim.gics_code:
            found.setdefault("sector", claim.source)
    for flag in _FLAGS:
        telling = flag_claim(flag, read)
        if telling is not None and _tells_more(telling, flag, listing, market):
            found[flag] = telling.source
    return found


def _tells_more(claim: Claim, flag: str, listing: Listing, market: Market) -> bool:
    """Whether a claim sets a flag, or says of it what the market's rules do not."""
    told = getattr(claim, flag)
    return bool(told) or (told is not None and told != _ruled(flag, listing, market))


def _ruled(flag: str, listing: Listing, market: Market) -> bool:
    if flag == "is_spac":
        return market.is_spac(listing)
    return listing.security_type is SecurityType.PREFERRED


def _meaning(claim: Claim, listing: Listing, market: Market) -> str:
    """In words; a flag where it is set, or is not what the market's rules say."""
    names = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
    code = claim.gics_code
    said = [f"{table[code]} ({code})" for table in names if code in table]
    for flag, name in _FLAGS.items():
        if _tells_more(claim, flag, listing, market):
            said.append(name if getattr(claim, flag) else f"no {name}")
    return ", ".join(said)
