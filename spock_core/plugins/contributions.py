"""The commands and sources that plugins bring, checked. What cannot be used is passed over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any

from spock_core.domain.errors import PLUGIN_FAULTS
from spock_core.plugins.checked_source import CheckedSource
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.plugins.validation import check_command, check_source

if TYPE_CHECKING:
    from spock_core.domain.source import Source
    from spock_core.plugins.command import Command


def commands_of(plugins: Plugins) -> list[Command]:
    """All commands, built-in ones first; a plugin cannot replace a command by its name."""
    found = _gather(plugins, "spock_cli_commands", check_command)
    return [command for _, command in found.values()]


def sources_of(plugins: Plugins) -> dict[str, Source]:
    """All sources by name, built-in ones first; a plugin cannot replace one by its name.

    A third party's source is wrapped, so that what it does wrong is reported and stops nobody.
    """
    found = _gather(plugins, "spock_sources", check_source)
    return {
        name: source if plugin in BUILT_IN else CheckedSource(source, plugin, plugins.report_fault)
        for name, (plugin, source) in found.items()
    }


def _gather(
    plugins: Plugins, hook: str, check: Callable[[Any], None]
) -> dict[str, tuple[str, Any]]:
    """What all plugins bring, by its name, with the plugin's name."""
    found: dict[str, tuple[str, Any]] = {}
    answers = sorted(plugins.each(hook), key=lambda pair: pair[0] not in BUILT_IN)
    for plugin, answer in answers:
        try:
            for one in chain.from_iterable(answer or ()):
                check(one)
                owner, _ = found.setdefault(one.name, (plugin, one))
                if owner != plugin:
                    plugins.report_fault(plugin, hook, f"{one.name} is already brought by {owner}")
        except PLUGIN_FAULTS as error:
            plugins.report_fault(plugin, hook, error)
    return found
