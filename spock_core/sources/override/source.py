"""Source `override`: the user's own word, from the file that `--overrides` names. It wins.

The file's rows are stored as observations before anything is classified; see `apply_overrides`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import inf

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import OVERRIDE, REASON
from spock_core.plugins.hookspecs import hookimpl

LEVELS = ("sector", "industry_group", "industry")
"""What may be said in GICS codes, each deeper than the one before."""
FLAGS = ("is_spac", "is_preferred")
"""What may be said with `yes` or `no`."""


class UsersWord:
    """The user's overrides as a source."""

    name = OVERRIDE
    counts_as = OVERRIDE

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Nothing: the file is read before, and its rows are in the register."""
        return ()

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """What the user says. `words` of the claim stay empty: no judgement may read it anew."""
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
def spock_sources() -> Iterable[UsersWord]:
    """The user's overrides."""
    return (UsersWord(),)
