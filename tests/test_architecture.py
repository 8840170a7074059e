"""The house stays the house: who may know whom, and what core may not say."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import spock_core
from spock_core import hookspecs
from spock_core.plugins import load_plugins

ROOT = Path(__file__).parents[1]
CORE = ROOT / "spock_core"
FILES = sorted(CORE.rglob("*.py"))

ROOMS_THAT_DO_NOT_KNOW_EACH_OTHER = ("providers", "sources", "store", "observers")
EXCEPTIONS = {
    ("sources", "providers"),  # a source asks its provider
}


def imports(path: Path) -> set[str]:
    """Modules of core that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("spock_core")}


def room(path: Path) -> str:
    parts = path.relative_to(CORE).parts
    return parts[0] if len(parts) > 1 else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_do_not_know_each_other(path: Path):
    here = room(path)
    if here not in ROOMS_THAT_DO_NOT_KNOW_EACH_OTHER:
        return
    for other in ROOMS_THAT_DO_NOT_KNOW_EACH_OTHER:
        if other != here and (here, other) not in EXCEPTIONS:
            known = [name for name in imports(path) if name.startswith(f"spock_core.{other}")]
            assert not known, f"{path.name} knows {known}"


def test_the_values_know_nobody():
    own = "spock_core.market_facts"  # what the values of `domain` may be
    for name in ("domain.py", "market_facts.py", "classification.py", "gics.py", "errors.py",
                 "secrets.py"):  # fmt: skip
        assert not {one for one in imports(CORE / name) if not one.startswith(own)}


def test_nothing_that_concludes_touches_the_outside():
    for name in ("domain.py", "classify.py", "gics.py", "kis_codes.py"):
        text = (CORE / name).read_text("utf-8")
        assert not re.search(r"\b(requests|sqlalchemy|open\(|datetime\.now|time\.)", text), name


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
def test_no_file_holds_more_than_one_idea(path: Path):
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert path.name != "utils.py"


KIT = ("pytest", "hypothesis", "jinja2", "pycountry", "iso10383")
"""What the extra `kit` brings."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_kit_needs_what_the_kit_brings(path: Path):
    if room(path) in ("testing", "scaffold") or path.name == "iso_codes.py":
        return
    text = path.read_text("utf-8")
    for package in (*KIT, "spock_core.testing", "spock_core.iso_codes"):
        assert not re.search(rf"^\s*(import|from) {package}\b", text, re.M), package


def test_every_hook_is_described():
    names = [name for name in vars(hookspecs) if name.startswith("spock_")]
    assert len(names) >= 14
    docs = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    for name in names:
        assert vars(hookspecs)[name].__doc__, name
        assert f"`{name}`" in docs, f"docs/plugins.md does not name {name}"


def test_every_public_name_is_described():
    docs = (ROOT / "docs" / "api.md").read_text("utf-8")
    for name in spock_core.__all__:
        assert f"| `{name}` |" in docs, f"docs/api.md does not name {name}"


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
