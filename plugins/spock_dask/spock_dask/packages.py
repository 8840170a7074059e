"""Which packages a worker must have: those of the run, in the same versions.

The versions come from the metadata of distributions, read by a function of the standard library, so
that a worker is told from others that has no Spock at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

    from spock_core.plugins.registry import Plugins

CORE = "spock-core"


def packages_of(plugins: Plugins) -> dict[str, str]:
    """Returns the distributions of Spock that a run has loaded, with their versions."""
    loaded = {one.distribution: one.version for one in plugins.plugins if not one.error}
    return {CORE: version(CORE)} | dict(sorted(loaded.items()))


def faults_of(client: Client, worker: str, expected: Mapping[str, str]) -> str:
    """Returns in which packages a worker differs from the run; nothing if it does not.

    A worker that went away meanwhile has no faults.
    """
    found = []
    for name, wanted in expected.items():
        answers = client.run(version, name, workers=[worker], on_error="return")
        answer = answers.get(worker)
        if isinstance(answer, PackageNotFoundError):
            found.append(f"lacks {name} {wanted}")
        elif isinstance(answer, str) and answer != wanted:
            found.append(f"has {name} {answer} instead of {wanted}")
    return ", ".join(found)
