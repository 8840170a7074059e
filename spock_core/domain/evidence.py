"""From what a source says to what Spock concludes: observation, claim, rule, classification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from spock_core.domain.listing import AssetType, SecurityType


class Classification(NamedTuple):
    """What Spock concludes from all observations of one listing. None means unknown."""

    region: str
    ticker: str
    sector: str | None = None
    sector_code: str | None = None
    industry_group: str | None = None
    industry_group_code: str | None = None
    industry: str | None = None
    industry_code: str | None = None
    is_spac: bool | None = None
    is_preferred: bool | None = None
    sector_source: str | None = None
    sector_confidence: float | None = None
    industry_source: str | None = None
    industry_confidence: float | None = None
    par_value: float | None = None
    """Nominal value of a share, in the currency that its issuer chose for it."""


class Observation(NamedTuple):
    """What one source said of one listing, verbatim, and when."""

    region: str
    ticker: str
    source: str
    words: Mapping[str, str]
    """The source's own values by name, such as `{"sector_code": "610"}`."""
    observed_at: datetime


class Claim(NamedTuple):
    """What an observation means in GICS, and how often such observations are right."""

    source: str
    gics_code: str
    """2 digits for a sector, 4 for an industry group, 6 for an industry, as far as the observation
    determines it; empty if it determines only the kind, `is_spac`, `is_preferred` or
    `par_value`."""
    confidence: float
    """Share of the stocks with the same words whose official sector is this one, 0 to 1."""
    reason: str
    """Shown by `spock show`."""
    words: str = ""
    """The source's value as a `Judgement` names it: a KIS code or a Yahoo industry."""
    weight: float = 1.0
    """Factor on the confidence, 0 to 1, where another source claims another sector: how much less
    often this source is right there than elsewhere. A claim of weight 0 counts only if no other
    source has a claim. A weight above 1 overrules all other claims; built-in sources use it."""
    is_spac: bool | None = None
    """Whether this is a blank-cheque company; None if the source does not say."""
    is_preferred: bool | None = None
    """Whether this is a preferred share; None if the source does not say."""
    industries: Mapping[str, float] = MappingProxyType({})
    """Shares of the industries among the stocks with the same words, 0 to 1, by GICS code of six
    digits: they decide the industry inside the sector. Empty if only `gics_code` is known."""
    security_type: SecurityType | None = None
    """The kind that a register's table states; None if it does not tell. Counts for a source whose
    `about` tells `security_type`, where `classification.kinds` believes it."""
    asset_type: AssetType | None = None
    """The asset type that goes with the kind, such as `ETF`; None for the list's own."""
    par_value: float | None = None
    """Nominal value of a share, above 0; None if the source does not say. Of several the latest
    counts."""


class Judgement(NamedTuple):
    """A rule for words that mean something else together, or with a certain name, than alone."""

    words: tuple[str, ...]
    """`Claim.words` that must all be present. The claim of the last one gets this rule's meaning;
    those of the others no longer count for the sector."""
    gics_code: str
    confidence: float
    """As in `Claim`; estimated by a person where there are too few stocks to measure it."""
    reason: str
    name: str = ""
    """A regular expression that must match somewhere in the upper-case English name; empty for any
    name."""


@dataclass(frozen=True, slots=True)
class KisMeaning:
    """What a KIS sector code means in GICS."""

    code: str
    """Three digits."""
    meaning: str
    """KIS's own name of the sector, in English."""
    gics_code: str
    """2 digits for a sector, 4 for an industry group, 6 for an industry, as far as the code
    determines it."""
    confidence: float
    """Share of the code's stocks whose official GICS sector is this one, 0 to 1."""
    reason: str
