"""Checks of plugins, settings and extras."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from spock_core.cli.commands.doctor.finding import Finding, ok, problem, warning
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.installed import leftovers
from spock_core.plugins.registry import Plugins
from spock_core.settings.model import Settings, settings_of_missing_plugins

_EXTRAS = {"tqdm": "progress", "prometheus_client": "metrics"}


def check_plugins(plugins: Plugins) -> Iterator[Finding]:
    """Which markets work, and which are not loaded."""
    yield ok("core", f"spock-core {version('spock-core')}")
    if plugins.markets:
        regions = ", ".join(plugins.markets)
        yield ok("markets", f"{len(plugins.markets)} installed: {regions}")
    else:
        yield problem("markets", "none is installed", "pip install spock-us, or another market")
    for plugin in plugins.broken:
        yield problem(
            f"plugin {plugin.name}",
            f"{plugin.label} is not loaded: {plugin.error}",
            "upgrade, correct or uninstall it",
        )
    for plugin in plugins.plugins:
        for note in plugin.notes:
            found = f"{plugin.label} uses what is deprecated: {note}"
            yield warning(f"plugin {plugin.name}", found, "upgrade it")


def check_leftovers() -> Iterator[Finding]:
    """Tells in one line what pip left behind; it has no effect."""
    found = leftovers()
    if found:
        yield ok("leftovers", f"{'; '.join(found)}: without effect, may be removed")


def check_settings(settings: Settings, plugins: Plugins) -> Iterator[Finding]:
    """Checks for settings without effect, secrets that others can read, and installed extras."""
    given = sorted(settings.model_fields_set)
    yield ok("settings", f"given: {', '.join(given) or 'none'}")
    for text in settings_of_missing_plugins(settings_of(plugins)):
        yield warning("settings", text, "install the plugin, or remove the setting")
    for path in (Path(".env"), settings.kis_app_key_file, settings.kis_app_secret_file):
        if path is not None and _all_can_read(path):
            yield warning(f"file {path}", "all users can read it", f"chmod o= {path}")
    for module, extra in _EXTRAS.items():
        if find_spec(module) is None:
            yield ok(f"extra {extra}", "not installed; only needed for its own flags")
        else:
            yield ok(f"extra {extra}", "installed")


def _all_can_read(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IRWXO)
