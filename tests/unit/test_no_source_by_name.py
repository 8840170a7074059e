"""What plans, asks, stores and classifies knows no source by name: see docs/plugins.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import spock_core

CORE = Path(spock_core.__file__).parent
ROOMS = ("pipeline", "store")
KNOWN_TO_USERS = re.compile(r"kis_exchange|kis_sector_code|kis_code|yahoo_symbol|yahoo_codes", re.I)
"""Columns of the register, and facts of a market."""
NAMES = re.compile(r"yahoo|yfinance|\bkis\b|kis_|\bkis-", re.I)
PROSE = {
    "pipeline/market_rules.py",  # the rule of a market that finds Yahoo's symbol
    "store/reading/finding.py",  # people write Yahoo's symbols
    "store/reading/selecting.py",
}


@pytest.mark.parametrize(
    "path",
    sorted(path for room in ROOMS for path in (CORE / room).rglob("*.py")),
    ids=lambda path: path.relative_to(CORE).as_posix(),
)
def test_no_source_is_named(path: Path):
    if "migrations" in path.parts or path.relative_to(CORE).as_posix() in PROSE:
        return
    named = [
        line
        for line in path.read_text("utf-8").splitlines()
        if NAMES.search(KNOWN_TO_USERS.sub("", line))
    ]
    assert not named
