"""`spock new-source`: what it writes for each kind is a package that passes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from spock_core.cli.commands.new_source.facts import KINDS, gather
from tests.conftest import Spock
from tests.support.distributions import environment_with
from tests.support.kit_runs import check_all_pass
from tests.support.typed import CheckTypes
from tests.support.typed import check_types as check_types  # noqa: PLC0414  a fixture

REGION = "VN"


def run(*command: object, cwd: Path | None = None) -> None:
    """A command that must do well."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def written(spock: Spock, kind: str) -> Path:
    """The folder of a new package."""
    outcome = spock(
        "new-source", f"my-{kind}", "--kind", kind, "--regions", REGION, "--author", "Ann Author"
    )
    assert outcome.code == 0, outcome.err
    return Path(f"spock-my-{kind}")


def found_on(package: Path, site: Path) -> str:
    """Makes a package found as an installed one is; gives what must be on `PYTHONPATH` besides."""
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    named = f"Name: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\n{named}")
    [(entry, module)] = project["entry-points"]["spock.plugins"].items()
    (info / "entry_points.txt").write_text(f"[spock.plugins]\n{entry} = {module}\n")
    return str(package.resolve())


def test_packages_of_all_kinds_pass_their_tests(spock: Spock, tmp_path: Path):
    packages = [written(spock, kind) for kind in KINDS]
    site = tmp_path / "site"
    places = [str(site), *(found_on(package, site) for package in packages)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider",
         "-p", "no:xdist", "--rootdir", ".", *(f"{package}/tests" for package in packages)],
        env={**environment_with(site), "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    check_all_pass(done.stdout)


def test_what_it_writes_is_clean_and_typed(spock: Spock, check_types: CheckTypes):
    packages = [written(spock, kind) for kind in KINDS]
    run(sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F,W,B,UP", ".")
    run(sys.executable, "-m", "ruff", "check", ".")  # each folder by its own pyproject.toml
    run(sys.executable, "-m", "ruff", "format", "--check", ".")
    modules = [folder for package in packages for folder in package.glob("spock_*")]
    check_types("--strict", *modules, packages[-1] / "tests")


def test_a_wheel_has_all_that_the_source_reads(spock: Spock):
    package = written(spock, "table")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist", cwd=package)
    [wheel] = (package / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"spock_my_table/words.csv", "spock_my_table/py.typed"} <= set(names)
    assert "spock_my_table-0.1.0.dist-info/entry_points.txt" in names


def test_what_is_there_is_never_overwritten(spock: Spock):
    package = written(spock, "local")
    (package / "README.md").write_text("mine")
    again = spock("new-source", "my-local", "--kind", "local")
    assert again.code == 2
    assert "spock-my-local already exists: choose another --output" in again.err
    assert (package / "README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["My Bourse", "--kind", "table"], "'My Bourse' is no name of a source: give up to 24"),
        (["-bourse", "--kind", "table"], "the following arguments are required: name"),
        (["bourse--x", "--kind", "table"], "'bourse--x' is no name of a source"),
        (["b" * 25, "--kind", "table"], "is no name of a source: give up to 24"),
        (["bourse"], "--kind '': choose from local, table, query"),
        (["bourse", "--kind", "web"], "--kind 'web': choose from local, table, query"),
        (["bourse", "--kind", "table", "--regions", "XX"], "'XX' is not in ISO 3166"),
        (["bourse", "--kind", "table", "--address", "ftp://x"], "'ftp://x': give a web address"),
        (["bourse", "--kind", "table", "--address", 'https://x"y'], "without \" or \\"),
        (["bourse", "--kind", "local", "--address", "https://x.example"], "makes no requests"),
        (["bourse", "--kind", "local", "--author", 'a"b'], "--author 'a\"b': write up to 60"),
        (["kis", "--kind", "table"], "source kis is Spock's own: choose another name"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(arguments: list[str], words: str, spock: Spock):
    outcome = spock("new-source", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.err.count("\n") == 1
    assert not list(Path().iterdir())


def test_a_source_that_is_installed_is_warned_of(spock: Spock):
    outcome = spock("new-source", "hkex", "--kind", "table")
    assert outcome.code == 0
    assert "source hkex already belongs to spock-hk" in outcome.err


def test_on_a_terminal_it_asks_for_what_is_missing():
    answers = {"Kind": "query", "Regions": "tw, JP tw", "Address": "", "Author": "Ann Author"}
    asked = []

    def ask(question: str, default: str) -> str:
        asked.append(question)
        return answers[question.split(maxsplit=1)[0]] or default

    given = dict.fromkeys(("kind", "regions", "address", "author"), None)
    facts = gather({"name": "my-service", **given}, ask)
    assert len(asked) == 4
    assert facts.regions == ("TW", "JP")
    assert facts.address == "https://my-service.example"
    assert (facts.module, facts.class_name) == ("spock_my_service", "MyService")
