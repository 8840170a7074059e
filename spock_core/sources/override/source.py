"""Source `override`: the user's corrections from the file of `--overrides`. They win over all
other sources.

`pipeline.override_stage` stores the file's rows as observations before stocks are classified.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import inf

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import OVERRIDE, REASON
from spock_core.plugins.hookspecs import hookimpl

LEVELS = ("sector", "industry_group", "industry")
"""Fields whose value is a GICS code, from the shortest code to the longest."""
FLAGS = ("is_spac", "is_preferred")
"""Fields whose value is `yes` or `no`."""


class OverrideSource:
    """The user's overrides as a source."""

    name = OVERRIDE
    counts_as = OVERRIDE
    from_listings_alone = True

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns nothing: the file's rows are already in the register."""
        return ()

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the user's values as a claim. Its `words` are empty, so that no rule (a
        `Judgement`) applies to it."""
        words = observation.words
        codes = [words[level] for level in LEVELS if level in words]
        is_spac, is_preferred = (_flag(words.get(flag)) for flag in FLAGS)
        return Claim(
            self.name,
            codes[-1] if codes else "",
            1.0,
            words.get(REASON) or "the user says so",
            weight=inf,
            is_spac=is_spac,
            is_preferred=is_preferred,
        )


def _flag(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


@hookimpl
def spock_sources() -> Iterable[OverrideSource]:
    """Registers the source `override`."""
    return (OverrideSource(),)
