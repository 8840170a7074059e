"""Collects the commands, sources and settings of all plugins; invalid ones are reported and
ignored."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any

from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.plugins.validation import check_command, check_setting, check_source

if TYPE_CHECKING:
    from spock_core.domain.source import Source
    from spock_core.plugins.checking.source import CheckedSource
    from spock_core.plugins.command import Command
    from spock_core.settings.setting import Setting


def commands_of(plugins: Plugins) -> list[Command]:
    """Returns all commands, built-in ones first. A plugin cannot replace another's command."""
    return [command for _, command in owned_commands_of(plugins)]


def owned_commands_of(plugins: Plugins) -> list[tuple[str, Command]]:
    """Returns all commands as `commands_of`, each with the name of its plugin."""
    return list(_gather(plugins, "spock_cli_commands", check_command).values())


def sources_of(plugins: Plugins) -> dict[str, Source]:
    """Returns all sources by name, built-in ones first. A plugin cannot replace another's source.

    A third party's source is wrapped in a `CheckedSource`.
    """
    return {
        name: source if plugin in BUILT_IN else _checked(source, plugin, plugins)
        for name, (plugin, source) in _sources(plugins).items()
    }


def owners_of_sources(plugins: Plugins) -> dict[str, str]:
    """Returns the plugin that brings each source, by the source's name."""
    return {name: plugin for name, (plugin, _) in _sources(plugins).items()}


def settings_of(plugins: Plugins) -> list[Setting]:
    """Returns the settings that plugins declare. None can replace another's, or core's."""
    return [setting for _, setting in _gather(plugins, "spock_settings", check_setting).values()]


def _sources(plugins: Plugins) -> dict[str, tuple[str, Any]]:
    return _gather(plugins, "spock_sources", check_source)


def _checked(source: Source, plugin: str, plugins: Plugins) -> CheckedSource:
    # not needed to find commands, as every start of the program does
    from spock_core.domain.queries import QuerySource
    from spock_core.domain.source import TableSource
    from spock_core.plugins.checking.query import checked_query
    from spock_core.plugins.checking.source import CheckedSource, CheckedTableSource

    if isinstance(source, QuerySource):
        return checked_query(source, plugin, plugins)
    if isinstance(source, TableSource):
        return CheckedTableSource(source, plugin, plugins)
    return CheckedSource(source, plugin, plugins)


def _gather(
    plugins: Plugins, hook: str, check: Callable[[Any], None]
) -> dict[str, tuple[str, Any]]:
    """Returns what plugins bring by its name, each with the name of its plugin."""
    found: dict[str, tuple[str, Any]] = {}
    answers = sorted(plugins.each(hook), key=lambda pair: pair[0] not in BUILT_IN)
    for plugin, answer in answers:
        try:
            with plugins.calls.within(plugin, hook):
                brought = list(chain.from_iterable(answer or ()))
            for one in brought:
                check(one)
                owner, _ = found.setdefault(one.name, (plugin, one))
                if owner != plugin:
                    plugins.report_fault(plugin, hook, f"{one.name} already belongs to {owner}")
        except PLUGIN_FAULTS as error:
            pass_on(error)
            plugins.report_fault(plugin, hook, error)
    return found
