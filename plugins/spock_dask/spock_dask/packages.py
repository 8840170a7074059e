"""Which packages a worker must have: those of the run, in the same versions.

The versions come from the metadata of distributions, read by a function of the standard library, so
that a worker is told from others that has no Spock at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client

    from spock_core.plugins.registry import Plugins

CORE = "spock-core"


def packages_of(plugins: Plugins) -> dict[str, str]:
    """Returns the distributions of Spock that a run has loaded, with their versions."""
    loaded = {one.distribution: one.version for one in plugins.plugins if not one.error}
    return {CORE: version(CORE)} | dict(sorted(loaded.items()))


def faults_of(
    client: Client, workers: Iterable[str], expected: Mapping[str, str]
) -> dict[str, str]:
    """Returns in which packages workers differ from the run, by address; not those that do not.

    A worker that went away meanwhile is not among them.
    """
    addresses = sorted(workers)
    found: dict[str, list[str]] = {}
    for name, wanted in expected.items():
        has: Mapping[str, Any] = client.run(version, name, workers=addresses, on_error="return")
        for address, answer in has.items():
            if isinstance(answer, PackageNotFoundError):
                found.setdefault(address, []).append(f"lacks {name} {wanted}")
            elif isinstance(answer, str) and answer != wanted:
                found.setdefault(address, []).append(f"has {name} {answer} instead of {wanted}")
    return {address: ", ".join(faults) for address, faults in found.items()}
