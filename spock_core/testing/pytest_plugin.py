"""Fixtures for tests of plugins; pytest finds them by the entry point `spock` of `pytest11`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spock_core.testing.command import Spock


@pytest.fixture
def spock_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SPOCK_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def spock(spock_folder: Path, capsys: pytest.CaptureFixture[str]) -> Spock:
    """Runs `spock` in this process, in a folder of its own."""
    return Spock(spock_folder, capsys)
