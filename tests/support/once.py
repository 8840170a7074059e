"""What is costly to make and only read: made once a test run, whatever the number of workers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)` returns a folder that `make(folder)` has filled.

    The first worker to need it makes it; the others wait for that and share the folder.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base

    def of(name: str, make: Callable[[Path], object]) -> Path:
        folder = shared / f"once-{name}"
        made = Path(f"{folder}.made")
        with FileLock(f"{folder}.lock"):
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)  # in its place, since a virtual environment cannot be moved
                made.touch()
        return folder

    return of
