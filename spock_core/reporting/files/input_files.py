"""The files that a command reads: what no output may take the place of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spock_core.domain.errors import ListError
from spock_core.plugins.registry import Plugins
from spock_core.reporting.files.output_files import Input, register_files
from spock_core.settings.given import settings_files
from spock_core.settings.model import Settings
from spock_core.settings.names import flag_of

OUTPUTS = frozenset({"report_file", "metrics_textfile", "log_file"})
"""The settings that name files which are written."""
_NAMES = {
    "overrides": "the overrides file",
    "kis_app_key_file": "the file of the key",
    "kis_app_secret_file": "the file of the secret",
    "kis_master_url": "a list",
    "lists_url": "a list",
    "tables_url": "a table",
    "cache_folder": "a file of the cache",
}
"""What a file is that a setting names; all others are read for the setting's flag."""
_READ = frozenset({".csv", ".json", ".tsv", ".txt", ".xls", ".xlsx", ".zip"})
"""Endings of files that are read where a setting names their folder."""


def input_files(settings: Settings, plugins: Plugins, register: Path | None) -> Iterator[Input]:
    """Yields what is read: the register, the files and folders that settings name, those of
    plugins included, and the plugins themselves. `register`: the file of an SQLite register."""
    yield from register_files(register)
    for path in settings_files():
        yield path, "a file of settings"
    for name in type(settings).model_fields:
        if name not in OUTPUTS:
            what = _NAMES.get(name, f"read for {flag_of(name)}")
            yield from ((path, what) for path in _named(getattr(settings, name)))
    for plugin in plugins.manager.get_plugins():
        file = getattr(plugin, "__file__", None)
        if isinstance(file, str):
            path = Path(file)
            inside = path.parent.rglob("*") if path.name == "__init__.py" else (path,)
            yield from ((one, "a file of a plugin") for one in inside)


def _named(value: Any) -> Iterator[Path]:
    """Yields the file that the value of a setting names, or the files of the folder."""
    try:
        path = _local(value)
        if path is not None and path.is_dir():
            yield from (one for one in path.iterdir() if one.suffix.lower() in _READ)
        elif path is not None and path.is_file():
            yield path
    except (OSError, ValueError, RuntimeError):  # a text that is no path
        return


def _local(value: Any) -> Path | None:
    if not isinstance(value, str):
        return value if isinstance(value, Path) else None
    if not value.lower().startswith("file:"):
        return None if "://" in value else Path(value).expanduser()
    from spock_core.sources.http.download import local_path  # only this form needs it

    try:
        return local_path(value)
    except ListError:
        return None
