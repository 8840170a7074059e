"""Whatever stands where a file should be, a run says so at once, in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.memory import bounded_memory
from tests.system.attacks.hostile_files import KINDS, PLACES, Place


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_what_is_no_file_is_told_at_once(place: Place, kind: str, enrich, monkeypatch):
    path = Path(place.path)
    path.unlink(missing_ok=True)
    KINDS[kind](path)
    if place.variable:
        monkeypatch.setenv(place.variable, place.path)
    with bounded_memory():
        outcome = enrich("--regions", "VN", *place.arguments)
    if kind in place.harmless:
        assert outcome.code == 0, outcome.err
        return
    assert outcome.code in place.codes
    said = [line for line in outcome.err.splitlines() if re.search(place.says, line)]
    assert len(said) == 1, outcome.err
    assert said[0].isprintable()
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err
