"""Builds every package: an sdist, and the wheel from that sdist.

`python -m tools.distributions.build dist`
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.distributions.packages import read_packages


def build(folder: Path) -> None:
    """Builds into `folder`; wheels and sdists of earlier builds are deleted first.

    Uses the hatchling that is installed beside this program, to spare an environment for each
    package. Raises `CalledProcessError` if a package cannot be built.
    """
    for old in [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]:
        old.unlink()
    for package in read_packages():
        subprocess.run(
            [
                *("uv", "build", "--quiet", "--no-build-isolation", "--python", sys.executable),
                *("--out-dir", str(folder), str(package.folder)),
            ],
            check=True,
        )
        print(f"built {package.name} {package.version}")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
