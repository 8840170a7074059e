"""The register after a sound first night over the sandbox's universe, made once a test run."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from spock_core.sandbox.server import Sandbox
from spock_core.testing import Spock
from tests.support.once import Once

FAST = ("--sources", "ALL", "--yahoo-rate", "900", "--retry-delay", "0")
"""All sources, at a rate and without waits that are not what is tested."""


@pytest.fixture
def first_night(
    spock: Spock,
    sandbox: Sandbox,
    master_files: Path,
    once: Once,
    noon: time_machine.Traveller,
    spock_folder: Path,
) -> None:
    """Gives the test the register of a night with all sources, an hour ago.

    The test's noon is that of the day on which the register was made, also after midnight.
    """

    def enrich(folder: Path) -> None:
        (folder / "noon").write_text(datetime.now(UTC).isoformat())
        noon.shift(-timedelta(hours=1))
        outcome = spock(
            "enrich", "--kis-master-url", master_files, "--yahoo-url", sandbox.url, *FAST,
            "--database", f"sqlite:///{folder / 'spock.db'}",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err

    made = once("first-night", enrich)
    noon.move_to(datetime.fromisoformat((made / "noon").read_text()))
    shutil.copy(made / "spock.db", spock_folder / "spock.db")
