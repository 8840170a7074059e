"""Checks what is in every wheel and sdist: the package whole, the licence, no tests, good metadata.

`python -m tools.distributions.check dist`
"""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from pathlib import Path

from tools.distributions.packages import CORE, ROOT, Package, read_packages

METADATA = {
    "License-Expression": "MIT",
    "License-File": "LICENSE",
    "Requires-Python": ">=3.11",
    "Description-Content-Type": "text/markdown",
}
SDIST_EXTRAS = {".gitignore", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
"""Files of an sdist beside the package. hatchling puts `.gitignore` there by itself."""
DIST_INFO = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def faults(folder: Path, packages: Sequence[Package]) -> Iterator[str]:
    """Says what is wrong with the distributions of these packages in `folder`, a line each."""
    expected = {name for package in packages for name in (package.wheel, package.sdist)}
    found = {path.name for path in [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]}
    yield from (f"{name} is missing" for name in sorted(expected - found))
    yield from (f"{name} should not be there" for name in sorted(found - expected))
    if len(versions := {package.version for package in packages}) > 1:
        yield f"packages are released under one version, not {', '.join(sorted(versions))}"
    for package in packages:
        if package.wheel in found:
            for fault in _wheel_faults(package, _read_wheel(folder / package.wheel)):
                yield f"{package.wheel}: {fault}"
        if package.sdist in found:
            for fault in _sdist_faults(package, _read_sdist(folder / package.sdist)):
                yield f"{package.sdist}: {fault}"


def _read_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _read_sdist(path: Path) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                content[member.name] = file.read()
    return content


def _wheel_faults(package: Package, content: dict[str, bytes]) -> Iterator[str]:
    info = f"{package.module}-{package.version}.dist-info"
    expected = package.files() | {f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes()}
    yield from _content_faults(content, expected, {f"{info}/{name}" for name in DIST_INFO})
    if f"{package.module}/py.typed" not in content:
        yield "py.typed is missing, so that type checkers pass over the package"
    yield from _metadata_faults(package, content.get(f"{info}/METADATA", b""))
    entry_points = content.get(f"{info}/entry_points.txt", b"")
    group = b"[spock.plugins]" if package.is_plugin else b"[console_scripts]"
    if group not in entry_points:
        yield f"entry_points.txt has no {group.decode()}"


def _sdist_faults(package: Package, content: dict[str, bytes]) -> Iterator[str]:
    top = f"{package.module}-{package.version}"
    expected = package.files() | {"LICENSE": (ROOT / "LICENSE").read_bytes()}
    inside = {name.removeprefix(f"{top}/"): text for name, text in content.items()}
    yield from _content_faults(inside, expected, SDIST_EXTRAS)


def _content_faults(
    content: dict[str, bytes], expected: dict[str, bytes], others: set[str]
) -> Iterator[str]:
    """Files of `expected` must be there as they are, those of `others` must be there."""
    names = expected.keys() | others
    yield from (f"{name} is missing" for name in sorted(names - content.keys()))
    yield from (f"{name} should not be in it" for name in sorted(content.keys() - names))
    for name in sorted(expected.keys() & content.keys()):
        if content[name] != expected[name]:
            yield f"{name} differs from the one in the repository"


def _metadata_faults(package: Package, text: bytes) -> Iterator[str]:
    metadata = message_from_bytes(text)
    expected = METADATA | {"Name": package.name, "Version": package.version}
    for key, value in expected.items():
        if metadata[key] != value:
            yield f"METADATA says {key}: {metadata[key]}, not {value}"
    if not metadata["Summary"] or not str(metadata.get_payload()).strip():
        yield "METADATA has no summary, or no description"
    if "Typing :: Typed" not in metadata.get_all("Classifier", []):
        yield "METADATA has no classifier Typing :: Typed"
    needed = metadata.get_all("Requires-Dist", [])
    if package.is_plugin and not any(re.match(rf"{CORE}(\[[\w,]+\])?>=", one) for one in needed):
        yield f"METADATA does not require {CORE}"


def main(folder: Path) -> int:
    """Prints what is wrong; returns 1 if anything is."""
    packages = read_packages()
    found = list(faults(folder, packages))
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"the content of {2 * len(packages)} distributions is right")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
