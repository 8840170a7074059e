"""Explains a classification: what each source stated, how it is interpreted, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spock_core.classification import gics
from spock_core.classification.claims import latest_observations, read_claim
from spock_core.classification.classify import flag_claim, ranked_claims
from spock_core.classification.kinds import decide_kind, stated_kinds, telling_kinds
from spock_core.domain import Claim, Listing, Market, Observation, SecurityType
from spock_core.domain.source import ISSUER, REASON, Source

_NAMES = gics.SECTORS | gics.INDUSTRY_GROUPS | gics.INDUSTRIES
_RELATIONS = {"yes": "share class of issuer", "same": "counter of the share"}
"""What the word `is_share` of source `issuer` says of a security and its issuer's share."""
KIND = "type"
"""What a source decides that states the kind of a security."""
_FLAGS = {"is_spac": "SPAC", "is_preferred": "preferred"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One observation and its part in the classification."""

    observation: Observation
    means: str
    """The GICS sector, group or industry, the flags and the kind that it claims; empty if none."""
    confidence: float | None
    """From 0 to 1; None if it claims nothing."""
    reason: str
    decides: tuple[str, ...]
    """What it decides: `sector`, each flag that is set or differs from the market's rules, and
    `type` where a register's table states the kind that counts."""

    @property
    def statement(self) -> str:
        """The words of the observation on one line, without an override's `reason`.

        A flag is shown with its name: `is_spac yes`. The words of source `issuer` are shown as a
        phrase: `issuer MET: Insurance (403010), as kis says`.
        """
        if self.observation.source == ISSUER:
            return _issuer_statement(self.observation.words)
        shown = (
            f"{name} {word}" if word in ("yes", "no") else word
            for name, word in self.observation.words.items()
            if word and name != REASON
        )
        return ", ".join(shown)


def _issuer_statement(words: Mapping[str, str]) -> str:
    """Returns the words of source `issuer` as a phrase; the data dictionary lists its words."""
    if "unit" in words:
        return f"its unit {words['unit']}"
    code = words.get("gics_code", "")
    parts = [f"{_NAMES[code]} ({code})"] if code in _NAMES else []
    if words.get("is_spac") == "yes":
        parts.append("SPAC")
    if "source" in words:
        parts.append(f"as {words['source']} says")
    relation = _RELATIONS.get(words.get("is_share", ""), "issuer")
    said = f": {', '.join(parts)}" if parts else ""
    return f"{relation} {words.get('issuer', '')}{said}"


def explanations(
    listing: Listing,
    market: Market | None,
    sources: Mapping[str, Source],
    observations: Iterable[Observation],
) -> list[Explanation]:
    """Returns an explanation of each observation of one listing, in the given order.

    If its plugin is not installed, `market` is None and no observation claims anything. Nor does
    one of a source that is not installed.
    """
    observed = list(observations)
    if market is None:
        return [Explanation(item, "", None, "claims nothing", decides=()) for item in observed]
    claims = {item.source: read_claim(item, market, sources) for item in observed}
    telling = telling_kinds(sources, market.region)
    kinds = {claim.source: claim for claim in stated_kinds(observed, market, telling)}
    kind_source = decide_kind(listing, kinds.values()).source
    latest = latest_observations({item.source: item for item in observed}, sources)
    counted = [claim for item in latest if (claim := claims[item.source]) is not None]
    ranked = {claim.source: claim for claim in ranked_claims(listing, market, counted)}
    decided = deciding_sources(listing, market, counted)
    result = []
    for item in observed:
        original, claim = claims[item.source], ranked.get(item.source)
        kind = kinds.get(item.source)
        told = kind.security_type if kind is not None else None
        deciding = (KIND,) if kind is not None and kind_source == item.source else ()
        if original is None:
            why = kind.reason if kind is not None else _silence(item.source, sources)
            result.append(Explanation(item, str(told or ""), None, why, deciding))
            continue
        reason = original.reason if claim is None else claim.reason
        if claim is None or bool(claim.gics_code) < bool(original.gics_code):
            claim, reason = original, f"overruled: {original.reason}"
        meaning = _meaning(claim, listing, market)
        decides = tuple(what for what, source in decided.items() if source == item.source)
        meaning = ", ".join(part for part in (meaning, told) if part)
        result.append(Explanation(item, meaning, claim.confidence, reason, decides + deciding))
    return result


def _silence(name: str, sources: Mapping[str, Source]) -> str:
    """Why an observation claims nothing."""
    return "claims nothing" if name in sources else "its source is not installed"


def deciding_sources(listing: Listing, market: Market, claims: Sequence[Claim]) -> dict[str, str]:
    """Returns the source that decides the sector and each flag.

    The keys are `sector`, `is_spac` and `is_preferred`. A flag is missing if it is not set and the
    market's rules agree.
    """
    ranked = ranked_claims(listing, market, claims)
    result: dict[str, str] = {}
    for claim in ranked:
        if claim.gics_code:
            result.setdefault("sector", claim.source)
    for flag in _FLAGS:
        deciding = flag_claim(flag, ranked)
        if deciding is not None and _adds_to_rules(deciding, flag, listing, market):
            result[flag] = deciding.source
    return result


def _adds_to_rules(claim: Claim, flag: str, listing: Listing, market: Market) -> bool:
    """Whether a claim sets a flag, or differs from what the market's rules make of it."""
    value = getattr(claim, flag)
    return bool(value) or (value is not None and value != _by_rules(flag, listing, market))


def _by_rules(flag: str, listing: Listing, market: Market) -> bool:
    """The value of a flag by the market's rules alone."""
    if flag == "is_spac":
        return market.is_spac(listing)
    return listing.security_type is SecurityType.PREFERRED


def _meaning(claim: Claim, listing: Listing, market: Market) -> str:
    """The claim as text: GICS names with codes, and flags that are set or differ from the rules."""
    tables = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
    code = claim.gics_code
    parts = [f"{table[code]} ({code})" for table in tables if code in table]
    for flag, name in _FLAGS.items():
        if _adds_to_rules(claim, flag, listing, market):
            parts.append(name if getattr(claim, flag) else f"no {name}")
    if claim.par_value is not None:
        parts.append(f"par value {claim.par_value:g}")
    return ", ".join(parts)
