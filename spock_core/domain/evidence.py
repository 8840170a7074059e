"""What Spock concludes: a value, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Classification(NamedTuple):
    """What Spock concludes from the observations of one listing."""

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


class Observation(NamedTuple):
    """What one source said of one listing, word for word, and when."""

    region: str
    ticker: str
    source: str
    words: Mapping[str, str]
    observed_at: datetime


class Claim(NamedTuple):
    """What an observation means in GICS, and how often such words turn out right."""

    source: str
    gics_code: str
    """As deep as the words determine: 2 digits a sector, 4 an industry group, 6 an industry; empty
    where they tell of flags alone."""
    confidence: float
    """Share of stocks with these words whose official sector is this one, 0 to 1."""
    reason: str
    words: str = ""
    """What the source said, as a `Judgement` may name it: a KIS code, a Yahoo industry."""
    weight: float = 1.0
    """What it counts for against a claim of another sector: 0 to 1, how much less often it is right
    there than its confidence says; 0, it stands only where nobody else speaks. Core's own sources
    go above 1, which outweighs all others whatever they say."""
    is_spac: bool | None = None
    """Whether the words tell a blank-cheque company; None where they do not say."""
    is_preferred: bool | None = None
    """Whether the words tell a preferred share; None where they do not say."""


class Judgement(NamedTuple):
    """What words mean together, or beside a name, where they mislead by themselves."""

    words: tuple[str, ...]
    """What sources said, all of it. The last is the one that is read otherwise; the others are
    overruled."""
    gics_code: str
    confidence: float
    """As in `Claim`; a judge's estimate where few stocks could be counted."""
    reason: str
    name: str = ""
    """A pattern that the English name, in capitals, must contain; empty for any name."""


@dataclass(frozen=True, slots=True)
class KisMeaning:
    """What a KIS sector code means in GICS."""

    code: str
    meaning: str
    gics_code: str
    """As deep as the code determines: 2 digits a sector, 4 an industry group, 6 an industry."""
    confidence: float
    """Share of its stocks whose official GICS sector is this one, 0 to 1."""
    reason: str
