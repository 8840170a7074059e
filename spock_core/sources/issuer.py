"""Source `issuer`: classifies a security from its issuer's other listings. Makes no requests.

Preferred shares, units, warrants, rights, notes, second share classes and second counters take the
classification of their issuer's common shares. Conversely, a unit of shares and warrants shows that
its issuer is a blank-cheque company. `classification.issuers` matches securities with issuers, and
`pipeline.related_securities` stores the match as observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import ISSUER
from spock_core.plugins.hookspecs import hookimpl

RELATED_SECURITY_WEIGHT = 2.0
"""For securities other than shares, the issuer's classification outweighs all other sources:
providers seldom classify a note or a preferred share by itself, and then are often wrong. The same
holds for another counter of a share, which is the share itself."""
SHARE_CLASS_WEIGHT = 0.0
"""For a second share class, the issuer's classification counts only if no other source has any:
sources usually say the same of both classes, so it is no independent evidence."""
UNIT_CONFIDENCE = 0.5
"""Confidence that the issuer of a unit is a blank-cheque company. It is low, so that any source
that names a business overrides it."""


class IssuerSource:
    """The issuer's other listings as a source."""

    name = ISSUER
    counts_as = ISSUER
    from_listings_alone = True

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns nothing: the pipeline makes these observations, since they need the register."""
        return ()

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the issuer's classification or, for an issuer with a unit, that it is a SPAC."""
        words = observation.words
        if "unit" in words:
            reason = f"its unit {words['unit']} is one of a blank-cheque company"
            return Claim(self.name, "", UNIT_CONFIDENCE, reason, is_spac=True)
        code = words.get("gics_code", "")
        origin = f", as {words['source']} says" if "source" in words else ""
        return Claim(
            self.name,
            code,
            float(words.get("confidence", UNIT_CONFIDENCE)),
            f"issued by {words['issuer']}{origin}",
            weight=(
                SHARE_CLASS_WEIGHT if words.get("is_share") == "yes" else RELATED_SECURITY_WEIGHT
            ),
            is_spac=words.get("is_spac") == "yes",
            industries=_industry(words, code),
        )


def _industry(words: Mapping[str, str], code: str) -> Mapping[str, float]:
    """The issuer's industry with its confidence, if it has one."""
    confidence = words.get("industry_confidence")
    return {code: float(confidence)} if confidence else {}


@hookimpl
def spock_sources() -> Iterable[IssuerSource]:
    """Registers the source `issuer`."""
    return (IssuerSource(),)
