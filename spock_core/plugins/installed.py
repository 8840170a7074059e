"""Which distributions are installed, and what an interrupted pip left behind of others."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import (
    EntryPoint,
    PackageNotFoundError,
    distribution,
    distributions,
    entry_points,
)
from pathlib import Path

ENTRY_POINT_GROUP = "spock.plugins"
_OURS = re.compile(r"spock[-_.]")


def plugin_entry_points() -> list[EntryPoint]:
    """Returns the entry points of all plugins, each distribution once, by name.

    While pip replaces a package, it renames the old one to `~pock_us-0.1.0.dist-info`. If pip is
    interrupted, that remains; it still names its plugin, but is not installed.
    """
    return list(_entry_points_in(tuple((folder, _changed_at(folder)) for folder in sys.path)))


def _changed_at(folder: str) -> int | None:
    """When something was last put into a folder or taken out of it, in nanoseconds."""
    try:
        return Path(folder).stat().st_mtime_ns
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)  # a program that runs again and again reads them anew when one comes or goes
def _entry_points_in(_folders: tuple[tuple[str, int | None], ...]) -> tuple[EntryPoint, ...]:
    """The entry points of what is in these folders, those of `sys.path`."""
    found: dict[str, list[EntryPoint]] = {}
    for entry_point in entry_points(group=ENTRY_POINT_GROUP):
        if entry_point.dist is None:
            found.setdefault("", []).append(entry_point)
            continue
        name = _normal(entry_point.dist.name)
        if name not in found:
            found[name] = _entry_points_of(name)
    flat = [entry_point for group in found.values() for entry_point in group]
    return tuple(sorted(flat, key=lambda one: (one.name, one.value)))


def leftovers() -> list[str]:
    """Returns what was left behind of distributions of Spock, each as a phrase for people."""
    folders: dict[str, list[str]] = {}
    for folder in dict.fromkeys(sys.path):
        if folder and Path(folder).is_dir():
            folders.setdefault(os.path.realpath(folder), []).append(folder)
    found = [
        f"{shown[1]} is {shown[0]} under another name"
        for shown in folders.values()
        if len(shown) > 1
    ]
    found += [f"{name} in {folder}" for folder in folders for name in _renamed(folder)]
    versions: dict[str, set[str]] = {}
    for one in distributions(path=list(folders)):
        if one.name and _OURS.match(one.name.lower()):
            versions.setdefault(_normal(one.name), set()).add(one.version)
    found += [
        f"{name} is there in {len(several)} versions: {', '.join(sorted(several))}"
        for name, several in sorted(versions.items())
        if len(several) > 1
    ]
    return found


def _renamed(folder: str) -> Iterator[str]:
    """Yields what pip renamed in a folder: the first letter becomes a tilde."""
    try:
        names = sorted(path.name for path in Path(folder).iterdir())
    except OSError:
        return
    yield from (name for name in names if name.startswith("~pock"))


def _entry_points_of(name: str) -> list[EntryPoint]:
    try:
        return list(distribution(name).entry_points.select(group=ENTRY_POINT_GROUP))
    except PackageNotFoundError:
        return []  # only what pip renamed is left


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
