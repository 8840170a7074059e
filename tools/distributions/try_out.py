"""Installs the wheels alone into a fresh virtual environment, and runs `spock` there.

`python -m tools.distributions.try_out dist`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.distributions.packages import CORE, read_packages


class Environment:
    """A virtual environment in a folder that nothing of this repository can be seen from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        hidden = ("PYTHON", "SPOCK_", "VIRTUAL_ENV")
        self.variables = {
            name: value for name, value in os.environ.items() if not name.startswith(hidden)
        }
        subprocess.run(
            ["uv", "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True
        )

    def install(self, wheels: Path, *names: str) -> None:
        """Installs the named packages from `wheels` alone, then what they need from the index.

        The first step is given no index and no cache, so that neither a published version nor an
        older wheel of the same name, which uv remembers by its path, can take the wheel's place.
        """
        wheels_alone = ("--no-cache", "--no-index", "--no-deps", "--find-links", str(wheels))
        self._uv("install", *wheels_alone, *names)
        self._uv("install", *names)
        self._uv("check")

    def spock(self, *arguments: str) -> str:
        """Runs `spock` and returns its standard output. Raises `CalledProcessError` if it fails."""
        command = [str(self.bin / "spock"), *arguments]
        done = subprocess.run(
            command,
            check=True,
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def _uv(self, command: str, *arguments: str) -> None:
        python = ("--python", str(self.bin / "python"))
        subprocess.run(["uv", "pip", command, "--quiet", *python, *arguments], check=True)


def try_out(wheels: Path) -> None:
    """Installs core and one market, then all plugins. Raises `AssertionError` if a run fails."""
    markets = [package.name for package in read_packages() if package.is_market]
    with tempfile.TemporaryDirectory() as folder:
        environment = Environment(Path(folder))
        environment.install(wheels, CORE, markets[0])
        expect("enrich" in environment.spock("--help"), "spock --help names no enrich")
        expect_regions(environment, markets[:1])
        plugins = [package.name for package in read_packages() if package.is_plugin]
        environment.install(wheels, CORE, *plugins)
        expect_regions(environment, markets)
        run = json.loads(
            environment.spock("enrich", "--sandbox", "--sandbox-size", "300", "--json")
        )
        regions = {one["region"]: one["status"] for one in run["regions"]}
        expect(run["status"] == "success", f"spock enrich ended with {run['status']}")
        expect(len(regions) == len(markets), f"spock enrich ran over {regions}")
    print(f"{CORE} and {', '.join(plugins)} install from wheels alone, and a run succeeds")


def expect_regions(environment: Environment, markets: list[str]) -> None:
    """Holds `spock regions` to the markets that are installed, none of them faulty."""
    answer = json.loads(environment.spock("regions", "--json"))
    found = sorted(one["region"] for one in answer["regions"])
    expected = sorted(name.removeprefix("spock-").upper() for name in markets)
    expect(found == expected, f"spock regions names {found}, not {expected}")
    expect(not answer["broken"], f"spock regions names faulty plugins: {answer['broken']}")


def expect(condition: bool, fault: str) -> None:
    """Raises `AssertionError` with `fault` unless the condition holds."""
    if not condition:
        raise AssertionError(fault)


if __name__ == "__main__":
    try_out(Path(sys.argv[1]).resolve())
