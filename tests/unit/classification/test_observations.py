"""Which observations of a stock count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from spock_core.classification.claims import latest_observations
from spock_core.domain import Observation
from spock_core.pipeline.observations import confirmed
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins

SOURCES = sources_of(load_plugins())
MONDAY = datetime(2025, 6, 2, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def said(source: str, at: datetime, **words: str) -> Observation:
    return Observation("US", "A", source, words, at)


def counted(*observations: Observation) -> list[Observation]:
    return latest_observations({one.source: one for one in observations}, SOURCES)


def test_the_latest_word_of_a_provider_counts():
    before = said("yahoo-screener", MONDAY, sector="Energy", industry="Thermal Coal")
    later = said("yahoo-profile", TUESDAY, sector="Energy", industry="Uranium")
    assert counted(before, later) == [later]


def test_a_profile_with_the_same_sector_and_no_industry_takes_no_industry_away():
    before = said("yahoo-screener", MONDAY, sector="Energy", industry="Thermal Coal")
    later = said("yahoo-profile", TUESDAY, sector="Energy", industry="")
    assert counted(before, later) == [before]
    other = said("yahoo-profile", TUESDAY, sector="Utilities", industry="")
    assert counted(before, other) == [other]


def test_an_answer_that_says_less_confirms_the_words_before_it():
    before = said("yahoo-profile", MONDAY, sector="Energy", industry="Thermal Coal")
    less = said("yahoo-profile", TUESDAY, sector="Energy", industry="")
    assert confirmed(less, before) == before._replace(observed_at=TUESDAY)
    other = said("yahoo-profile", TUESDAY, sector="Utilities", industry="")
    assert confirmed(other, before) == other
    assert confirmed(less, None) == less
