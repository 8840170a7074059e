"""A plugin as pip leaves it: its module and its metadata in a folder that Python looks into."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.project import ROOT

Bring = Callable[..., str]

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
ENTRY_POINTS = "[spock.plugins]\n{entry} = {module}\n"


def write_plugin(folder: Path, name: str, source: str, *, entry: str, version: str) -> str:
    """Puts a distribution of one module into a folder; gives the module's name."""
    module = name.replace("-", "_")
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir(parents=True)
    (folder / f"{module}.py").write_text(textwrap.dedent(source), "utf-8")
    (info / "METADATA").write_text(METADATA.format(name=name, version=version))
    (info / "entry_points.txt").write_text(ENTRY_POINTS.format(entry=entry, module=module))
    return module


def environment_with(folder: Path) -> dict[str, str]:
    """The environment of a process that finds the distributions in a folder.

    Its hypothesis finds what ours has read of core's sources.
    """
    known = os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".hypothesis"))
    return {
        **os.environ,
        "PYTHONPATH": str(folder),
        "HYPOTHESIS_STORAGE_DIRECTORY": known,
    }


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Brings a plugin into this process for one test: `spock` finds it as an installed one."""
    folder = tmp_path / "site"
    folder.mkdir()
    modules: list[str] = []

    def do(name: str, source: str, *, entry: str = "tw", version: str = "1.0") -> str:
        modules.append(write_plugin(folder, name, source, entry=entry, version=version))
        monkeypatch.syspath_prepend(folder)
        return modules[-1]

    yield do
    for module in modules:
        sys.modules.pop(module, None)
