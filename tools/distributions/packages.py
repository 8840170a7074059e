"""The packages of this repository that are published: core, and every plugin in `plugins/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = "spock-core"


@dataclass(frozen=True)
class Package:
    """A folder with a `pyproject.toml`, and what that says."""

    folder: Path
    name: str
    """The name of the distribution: `spock-jp`."""
    version: str

    @property
    def module(self) -> str:
        """The import package, which is also how file names of distributions begin: `spock_jp`."""
        return self.name.replace("-", "_")

    @property
    def is_plugin(self) -> bool:
        """Whether core finds it by its entry point."""
        return self.name != CORE

    @property
    def is_market(self) -> bool:
        """Whether this is a plugin with a market; others bring sources alone."""
        return (self.folder / self.module / "market.py").exists()

    @property
    def wheel(self) -> str:
        """The file name of the wheel."""
        return f"{self.module}-{self.version}-py3-none-any.whl"

    @property
    def sdist(self) -> str:
        """The file name of the sdist."""
        return f"{self.module}-{self.version}.tar.gz"

    def files(self) -> dict[str, bytes]:
        """The content of every file of the import package by its path: `spock_jp/market.py`."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted((self.folder / self.module).rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }


def read_packages() -> list[Package]:
    """All packages, core first."""
    return [
        _read(ROOT),
        *(_read(path.parent) for path in sorted(ROOT.glob("plugins/*/pyproject.toml"))),
    ]


def _read(folder: Path) -> Package:
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return Package(folder, project["name"], project["version"])
