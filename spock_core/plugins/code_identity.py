"""Which code a run works with: another version of it may conclude otherwise from the same data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import ModuleType

from spock_core.plugins.registry import Plugins

CORE = "spock_core"


def code_identity(plugins: Plugins) -> str | None:
    """Returns a digest of the files of Spock and of all plugins, by their sizes and times.

    None if a plugin is no module: nobody knows then what else it depends on. Objects of Spock
    itself that observe a run are no plugins in this sense.
    """
    roots = {CORE}
    for plugin in plugins.manager.get_plugins():
        if isinstance(plugin, ModuleType):
            roots.add(plugin.__name__.partition(".")[0])
        elif not type(plugin).__module__.startswith(f"{CORE}."):
            return None
    digest = blake2b(digest_size=16)
    for root in sorted(roots):
        for path, status in _files_of(sys.modules.get(root)):
            digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files_of(module: ModuleType | None) -> Iterator[tuple[str, os.stat_result]]:
    """Yields the files of a package or a module, in their order."""
    folders = [str(folder) for folder in getattr(module, "__path__", ())]
    own = getattr(module, "__file__", None)
    if not folders and own:
        yield own, Path(own).stat()
    while folders:
        for entry in sorted(os.scandir(folders.pop()), key=lambda entry: entry.name):
            if entry.is_dir():
                folders += [entry.path] if entry.name != "__pycache__" else []
            else:
                yield entry.path, entry.stat()
