"""What a source stated, as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spock_core.classification.explain import Explanation
from spock_core.domain import Observation

OF_ISSUER = {
    "issuer": "MET",
    "gics_code": "403010",
    "confidence": "0.989",
    "source": "kis",
    "is_share": "no",
    "is_spac": "no",
}


@pytest.mark.parametrize(
    ("source", "words", "text"),
    [
        ("issuer", OF_ISSUER, "issuer MET: Insurance (403010), as kis says"),
        ("issuer", OF_ISSUER | {"gics_code": "40", "is_share": "yes"},
         "share class of issuer MET: Financials (40), as kis says"),
        ("issuer", OF_ISSUER | {"is_share": "same"},
         "counter of the share MET: Insurance (403010), as kis says"),
        ("issuer", {"issuer": "ACQ", "confidence": "0.5", "is_spac": "yes"}, "issuer ACQ: SPAC"),
        ("issuer", {"unit": "ACQU", "is_spac": "yes"}, "its unit ACQU"),
        ("kis", {"sector_code": "610"}, "610"),
        ("override", {"sector": "45", "is_spac": "no", "reason": "merged"}, "45, is_spac no"),
    ],
)  # fmt: skip
def test_words_are_a_phrase(source: str, words: dict[str, str], text: str):
    observation = Observation("US", "MET/A", source, words, datetime(2026, 1, 1, tzinfo=UTC))
    assert Explanation(observation, "", None, "", ()).statement == text
