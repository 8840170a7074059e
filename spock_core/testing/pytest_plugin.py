"""Fixtures for tests of plugins, loaded by pytest through the entry point `spock` of `pytest11`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spock_core.testing.command import Spock


@pytest.fixture
def spock_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Changes to an empty folder and removes all settings of Spock from the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SPOCK_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def spock(spock_folder: Path, capsys: pytest.CaptureFixture[str]) -> Spock:
    """Returns a function that runs `spock` in this process, in an empty folder."""
    return Spock(spock_folder, capsys)
