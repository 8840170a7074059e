"""`spock regions`: the installed markets with their distributions, and plugins with errors."""

from __future__ import annotations

import argparse
import json
from typing import Any

from spock_core.cli.flags import add_flags
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugin, Plugins
from spock_core.reporting.output import show
from spock_core.reporting.tables import show_table
from spock_core.settings.model import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the settings that the command reads."""
    add_flags(parser, ("json_output", "verbose"))


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the markets and the plugins that are not loaded."""
    if load_settings(arguments, settings_of(plugins)).json_output:
        show(json.dumps({"regions": _rows(plugins), "broken": _broken(plugins)}, indent=2))
        return 0
    rows = _rows(plugins)
    if rows:
        show_table(
            ("region", "market", "exchanges", "priority", "from"),
            [
                (r["region"], r["name"], " ".join(r["lists"]), r["priority"], r["from"])
                for r in rows
            ],
            right=("priority",),
        )
    else:
        from spock_core.plugins.selection import nothing_installed

        show(nothing_installed(plugins))
    for plugin in plugins.broken:
        show(f"not loaded: {plugin.label} ({plugin.name}): {plugin.error}")
    for (name, hook), reason in plugins.faults.items():
        show(f"failed: plugin {name} in {hook}: {reason}")
    for plugin in plugins.plugins:
        for note in plugin.notes:
            show(f"deprecated: {plugin.label} ({plugin.name}): {note}")
    return 0


def _rows(plugins: Plugins) -> list[dict[str, Any]]:
    return [
        {
            "region": market.region,
            "name": market.name,
            "lists": [exchange.list_name for exchange in market.exchanges],
            "priority": market.priority,
            "from": _label(plugins.plugin_of(market.region)),
        }
        for market in plugins.markets.values()
    ]


def _broken(plugins: Plugins) -> list[dict[str, Any]]:
    return [
        {"name": plugin.name, "from": plugin.label, "error": plugin.error}
        for plugin in plugins.broken
    ]


def _label(plugin: Plugin | None) -> str:
    return plugin.label if plugin else ""
