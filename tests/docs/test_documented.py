"""The documentation names what there is, and the house keeps its sizes.

Who may import whom is held by import-linter: see `[tool.importlinter]` in pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import spock_core
from spock_core.plugins import hookspecs
from spock_core.plugins.loader import load_plugins
from tests.support.project import ROOT

CORE = ROOT / "spock_core"
FILES = sorted(CORE.rglob("*.py"))


def test_core_names_no_region_and_no_exchange():
    markets = load_plugins().markets.values()
    words = {market.region for market in markets} | {market.name for market in markets}
    for market in markets:
        for exchange in market.exchanges:
            words |= {exchange.mic, exchange.name, str(exchange.kis_code)}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in words, f"{path.name}: {node.value!r}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path):
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 300
    assert lines >= 15 or path.name in ("__init__.py", "__main__.py") or "migrations" in path.parts
    assert path.name != "utils.py"


def test_no_room_is_crowded():
    for folder in {path.parent for path in FILES}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 16, folder
    entries = {path.relative_to(CORE).parts[0] for path in FILES} - {"__init__.py", "__main__.py"}
    assert len(entries) <= 13, entries


def test_every_hook_is_described():
    names = [name for name in vars(hookspecs) if name.startswith("spock_")]
    assert len(names) >= 14
    docs = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    for name in names:
        assert vars(hookspecs)[name].__doc__, name
        assert f"`{name}`" in docs, f"docs/plugins.md does not name {name}"


def test_every_public_name_is_described():
    docs = (ROOT / "docs" / "api.md").read_text("utf-8")
    cells = [line.split("|")[1] for line in docs.splitlines() if line.startswith("| `")]
    described = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert set(spock_core.__all__) <= described
    for name in spock_core.__all__:
        assert getattr(spock_core, name) is not None


def test_every_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        needed += extra
    names = {re.split(r"[^A-Za-z0-9-]", one)[0] for one in needed}
    docs = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    _, _, table = docs.partition("## Why each dependency")
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    explained = {name for cell in cells for name in re.findall(r"[A-Za-z0-9-]+", cell)}
    unexplained = {name for name in names - explained if not name.startswith("spock-")}
    assert len(names) > 15
    assert not unexplained
