"""Source `issuer`: what an issuer's other listings tell of an instrument. Costs no request.

A preferred share, a unit, a warrant, a right or a note is of its issuer's business, another counter
of a share is that share, and a second class of shares of which nobody speaks is the same company:
they take what is concluded of the issuer's shares. The other
way round a unit of shares and warrants tells that its issuer is a blank-cheque company. Who belongs
to whom is found by `families`; `offshoots` puts it into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import ISSUER
from spock_core.plugins.hookspecs import hookimpl

OUTWEIGHS = 2.0
"""What is said of an issuer outweighs what is said of what is no share of it: providers seldom look
at a note or a preferred share by itself, and where they do, they are often wrong. It outweighs what
is said of the same share's other counter too."""
LAST_RESORT = 0.0
"""A second class is asked for itself, and most of what is said of it is said of both: the other's
classification neither confirms nor contradicts that."""
UNIT_CONFIDENCE = 0.5
"""That a company which issued units of shares and warrants is a blank cheque still: until any
source tells of a business."""


class IssuersOtherListings:
    """The issuer as a source."""

    name = ISSUER
    counts_as = ISSUER

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Nothing: it takes the register to know what is concluded of an issuer."""
        return ()

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """The issuer's own classification; of an issuer, what its unit tells."""
        words = observation.words
        if "unit" in words:
            reason = f"its unit {words['unit']} is one of a blank-cheque company"
            return Claim(self.name, "", UNIT_CONFIDENCE, reason, is_spac=True)
        code = words.get("gics_code", "")
        told = f", as {words['source']} says" if "source" in words else ""
        return Claim(
            self.name,
            code,
            float(words.get("confidence", UNIT_CONFIDENCE)),
            f"issued by {words['issuer']}{told}",
            weight=LAST_RESORT if words.get("is_share") == "yes" else OUTWEIGHS,
            is_spac=words.get("is_spac") == "yes",
        )


@hookimpl
def spock_sources() -> Iterable[IssuersOtherListings]:
    """The issuer's other listings."""
    return (IssuersOtherListings(),)
