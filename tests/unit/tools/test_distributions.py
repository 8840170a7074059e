"""The check of distributions passes a good wheel and sdist, and names what is wrong with others."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tools.distributions.check import faults
from tools.distributions.packages import ROOT, Package, read_packages

METADATA = """\
Metadata-Version: 2.4
Name: spock-tw
Version: 1.0
Summary: Taiwan.
License-Expression: MIT
License-File: LICENSE
Classifier: Typing :: Typed
Requires-Python: >=3.11
Requires-Dist: spock-core>=0.1
Description-Content-Type: text/markdown

# spock-tw
"""


class Distributions:
    """The wheel and the sdist of a small market, as they should be until a test changes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "dist"
        self.package = Package(folder / "source", "spock-tw", "1.0")
        source = {"spock_tw/__init__.py": b"MARKET = 1\n", "spock_tw/py.typed": b""}
        for name, text in source.items():
            path = self.package.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        licence = (ROOT / "LICENSE").read_bytes()
        info = "spock_tw-1.0.dist-info"
        self.wheel = source | {
            f"{info}/METADATA": METADATA.encode(),
            f"{info}/RECORD": b"",
            f"{info}/WHEEL": b"",
            f"{info}/entry_points.txt": b"[spock.plugins]\ntw = spock_tw\n",
            f"{info}/licenses/LICENSE": licence,
        }
        names = (".gitignore", "PKG-INFO", "README.md", "pyproject.toml")
        self.sdist = source | {"LICENSE": licence} | dict.fromkeys(names, b"")

    def faults(self) -> list[str]:
        self.folder.mkdir()
        with zipfile.ZipFile(self.folder / self.package.wheel, "w") as archive:
            for name, text in self.wheel.items():
                archive.writestr(name, text)
        with tarfile.open(self.folder / self.package.sdist, "w:gz") as tar:
            for name, text in self.sdist.items():
                member = tarfile.TarInfo(f"spock_tw-1.0/{name}")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text))
        return list(faults(self.folder, [self.package]))


@pytest.fixture
def distributions(tmp_path: Path) -> Distributions:
    return Distributions(tmp_path)


def test_core_every_market_and_the_plugins_of_no_market_are_published():
    names = [package.name for package in read_packages()]
    assert names[0] == "spock-core"
    markets = {package.name for package in read_packages() if package.is_market}
    assert markets == {"spock-us", "spock-cn", "spock-hk", "spock-jp", "spock-vn"}
    assert set(names[1:]) == markets | {"spock-holdings", "spock-dask"}


def test_good_distributions_pass(distributions: Distributions):
    assert distributions.faults() == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spock_tw/py.typed", "spock_tw/py.typed is missing"),
        ("spock_tw/__init__.py", "spock_tw/__init__.py is missing"),
        ("spock_tw-1.0.dist-info/licenses/LICENSE", "licenses/LICENSE is missing"),
    ],
)
def test_a_file_that_is_missing_from_the_wheel_is_named(distributions, name, words):
    del distributions.wheel[name]
    assert any(words in fault for fault in distributions.faults())


def test_tests_in_a_wheel_are_named(distributions: Distributions):
    distributions.wheel["tests/test_tw.py"] = b""
    [fault] = distributions.faults()
    assert fault == "spock_tw-1.0-py3-none-any.whl: tests/test_tw.py should not be in it"


def test_another_packages_readme_in_an_sdist_is_named(distributions: Distributions):
    distributions.sdist["plugins/spock_jp/README.md"] = b""
    [fault] = distributions.faults()
    assert fault == "spock_tw-1.0.tar.gz: plugins/spock_jp/README.md should not be in it"


def test_a_file_that_differs_from_its_source_is_named(distributions: Distributions):
    distributions.wheel["spock_tw/__init__.py"] = b"MARKET = 2\n"
    [fault] = distributions.faults()
    assert fault.endswith("spock_tw/__init__.py differs from the one in the repository")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("License-Expression: MIT", "License-Expression"),
        ("Requires-Python: >=3.11", "Requires-Python"),
        ("Requires-Dist: spock-core>=0.1", "does not require spock-core"),
        ("Classifier: Typing :: Typed", "Typing :: Typed"),
        ("Summary: Taiwan.", "no summary"),
    ],
)
def test_metadata_that_is_missing_is_named(distributions, line, words):
    text = METADATA.replace(f"{line}\n", "")
    distributions.wheel["spock_tw-1.0.dist-info/METADATA"] = text.encode()
    [fault] = distributions.faults()
    assert words in fault


def test_a_market_without_its_entry_point_is_named(distributions: Distributions):
    distributions.wheel["spock_tw-1.0.dist-info/entry_points.txt"] = b""
    [fault] = distributions.faults()
    assert fault.endswith("entry_points.txt has no [spock.plugins]")


def test_a_package_without_its_wheel_is_named(distributions: Distributions):
    distributions.faults()
    (distributions.folder / distributions.package.wheel).unlink()
    found = list(faults(distributions.folder, [distributions.package]))
    assert found == ["spock_tw-1.0-py3-none-any.whl is missing"]


def test_packages_of_several_versions_are_named(distributions: Distributions):
    distributions.faults()
    newer = replace(distributions.package, version="1.1")
    found = list(faults(distributions.folder, [distributions.package, newer]))
    assert "packages are released under one version, not 1.0, 1.1" in found
