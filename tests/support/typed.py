"""mypy over packages that the program writes; what it finds out about core is kept for all of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.once import Once

CheckTypes = Callable[..., None]
PAGE = "import pytest\n\nimport spock_core\nimport spock_core.testing\n"
"""What packages import: mypy takes twenty times as long for it as for a package."""


@pytest.fixture
def check_types(once: Once, tmp_path: Path) -> CheckTypes:
    """`check_types(*arguments, cwd=folder)` runs mypy, which must find nothing."""

    def make(folder: Path) -> None:
        page = folder / "page.py"
        page.write_text(PAGE)
        run_mypy(folder / "cache", "--strict", page)

    def check(*arguments: object, cwd: Path | None = None) -> None:
        own = tmp_path / "mypy-cache"  # two processes would write over each other's
        shutil.copytree(once("mypy-cache", make) / "cache", own)
        run_mypy(own, *arguments, cwd=cwd)

    return check


def run_mypy(cache: Path, *arguments: object, cwd: Path | None = None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache), *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
