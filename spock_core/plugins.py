"""Finds, loads and names what is installed.

A plugin that cannot be loaded is left out with its reason and never takes the others down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from spock_core import hookspecs
from spock_core.checked_source import CheckedSource
from spock_core.domain import Market
from spock_core.errors import PLUGIN_FAULTS
from spock_core.plugin_checks import (
    check_command,
    check_source,
    check_version,
    gave,
    markets_of,
    reason_of,
    register,
)

if TYPE_CHECKING:
    from spock_core.cli.command import Command
    from spock_core.context import RunContext
    from spock_core.sources.source import Source

ENTRY_POINT_GROUP = "spock.plugins"
BUILT_IN = (
    "spock_core.cli.builtin",
    "spock_core.sources.csv_lists",
    "spock_core.sources.issuer",
    "spock_core.sources.kis",
    "spock_core.sources.kis_master",
    "spock_core.sources.override",
    "spock_core.sources.yahoo",
    "spock_core.sources.yahoo_lists",
)

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point in the group `spock.plugins`, loaded or not."""

    name: str
    distribution: str
    version: str
    regions: tuple[str, ...] = ()
    error: str | None = None
    """Why it was left out; None for a plugin that works."""
    notes: tuple[str, ...] = ()
    """What it uses that will go one day."""

    @property
    def key(self) -> str:
        """Its name among all plugins: two distributions may call theirs the same."""
        return f"{self.distribution}:{self.name}"

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.distribution} {self.version}"


class Plugins:
    """What is installed: the hooks, the markets by region, and what failed to load."""

    def __init__(self, manager: pluggy.PluginManager, plugins: Iterable[Plugin] = ()) -> None:
        self.manager = manager
        self.plugins: tuple[Plugin, ...] = tuple(plugins)
        self.markets: dict[str, Market] = {}
        self.complaints: dict[tuple[str, str], str] = {}
        """Why a plugin's answer was of no use, by plugin and hook; the last time."""
        self._callers: dict[str, list[tuple[str, Callable[..., Any]]]] = {}

    @property
    def broken(self) -> tuple[Plugin, ...]:
        """The plugins that were left out."""
        return tuple(plugin for plugin in self.plugins if plugin.error)

    @property
    def corrects_symbols(self) -> bool:
        """Whether anybody corrects Yahoo symbols from outside the markets."""
        return bool(self.manager.hook.spock_yahoo_symbol.get_hookimpls())

    def plugin_of(self, region: str) -> Plugin | None:
        """The plugin that owns a region."""
        return next((p for p in self.plugins if not p.error and region in p.regions), None)

    def implementers(self, hook: str) -> tuple[Plugin, ...]:
        """The third parties that implement a hook."""
        names = {name for name, _ in self._callers_of(hook)}
        return tuple(plugin for plugin in self.plugins if plugin.key in names)

    def each(
        self, hook: str, faults: dict[str, str] | None = None, **values: Any
    ) -> Iterable[tuple[str, Any]]:
        """Calls a hook one plugin at a time: pairs of plugin name and answer.

        Third parties in pluggy's order, then core. A plugin that raises is complained of and passed
        over; `faults`, where given, gets its reason by its name. Raises `Stopped` where the hook is
        told of a run that was asked to stop.
        """
        run: RunContext | None = values.get("run")
        for name, caller in self._callers_of(hook):
            try:
                answer = caller(**values)
            except PLUGIN_FAULTS as error:
                if run is not None and run.stop.caused(error):
                    raise
                self.complain(name, hook, error)
                if faults is not None:
                    faults[name] = reason_of(error)
                continue
            yield name, answer

    def answers(self, hook: str, kind: type[T], **values: Any) -> Iterable[tuple[str, T]]:
        """Those answers of a hook that are of a kind; others are complained of, None is none."""
        for name, answer in self.each(hook, **values):
            if isinstance(answer, kind):
                yield name, answer
            elif answer is not None:
                self.complain(name, hook, gave(answer, kind))

    def complain(self, plugin: str, where: str, fault: BaseException | str) -> None:
        """Says why a plugin's answer is of no use: aloud the first time, then in the debug log."""
        level = logging.DEBUG if (plugin, where) in self.complaints else logging.WARNING
        reason = fault if isinstance(fault, str) else reason_of(fault)
        self.complaints[plugin, where] = reason
        log.log(level, "plugin %s failed in %s: %s", plugin, where, reason)
        if isinstance(fault, BaseException):
            log.debug("traceback of plugin %s", plugin, exc_info=fault)

    def notify(self, hook: str, **values: Any) -> None:
        """Tells every plugin of an event. No plugin can stop the others, or the run."""
        for _ in self.each(hook, **values):
            pass

    def add(self, observer: object, name: str) -> None:
        """Registers an observer made for this run."""
        self.manager.register(observer, name=name)
        self._callers.clear()

    def remove(self, observer: object) -> None:
        """Forgets an observer that was added."""
        self.manager.unregister(observer)
        self._callers.clear()

    def commands(self) -> list[Command]:
        """All commands, built-in ones first; a plugin cannot replace a command by its name."""
        return [one for _, one in self._gather("spock_cli_commands", check_command).values()]

    def sources(self) -> dict[str, Source]:
        """All sources by name, built-in ones first; a plugin cannot replace one by its name."""
        return {
            name: one if plugin in BUILT_IN else CheckedSource(one, plugin, self.complain)
            for name, (plugin, one) in self._gather("spock_sources", check_source).items()
        }

    def _gather(self, hook: str, check: Callable[[Any], None]) -> dict[str, tuple[str, Any]]:
        """What all plugins bring, by name, with the plugin. What cannot be used is passed over."""
        found: dict[str, tuple[str, Any]] = {}
        answers = sorted(self.each(hook), key=lambda pair: pair[0] not in BUILT_IN)
        for plugin, answer in answers:
            try:
                for one in (answer[0] or ()) if answer else ():
                    check(one)
                    owner, _ = found.setdefault(one.name, (plugin, one))
                    if owner != plugin:
                        self.complain(plugin, hook, f"{one.name} is already brought by {owner}")
            except PLUGIN_FAULTS as error:
                self.complain(plugin, hook, error)
        return found

    def _callers_of(self, hook: str) -> list[tuple[str, Callable[..., Any]]]:
        if hook not in self._callers:
            every = self.manager.get_plugins()
            implemented = getattr(self.manager.hook, hook).get_hookimpls()[::-1]
            implemented.sort(key=lambda impl: impl.plugin_name in BUILT_IN)
            self._callers[hook] = [
                (
                    impl.plugin_name,
                    self.manager.subset_hook_caller(hook, every - {impl.plugin}),
                )
                for impl in implemented
            ]
        return self._callers[hook]


def load_plugins() -> Plugins:
    """Loads the built-in plugins and everything installed in the group `spock.plugins`."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for module in BUILT_IN:
        manager.register(import_module(module), name=module)
    found: list[tuple[Plugin, list[Market]]] = []
    for entry_point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda e: e.name):
        found.append(_load(manager, entry_point))
    plugins = Plugins(manager)
    plugins.plugins = tuple(_without_rivals(manager, [plugin for plugin, _ in found]))
    working = {plugin.key for plugin in plugins.plugins if not plugin.error}
    markets = [m for plugin, brought in found if plugin.key in working for m in brought]
    plugins.markets = {m.region: m for m in sorted(markets, key=lambda m: (m.priority, m.region))}
    return plugins


def _load(manager: pluggy.PluginManager, entry_point: EntryPoint) -> tuple[Plugin, list[Market]]:
    dist = entry_point.dist
    plugin = Plugin(
        name=entry_point.name,
        distribution=dist.name if dist else entry_point.module,
        version=dist.version if dist else "",
    )
    try:
        module = entry_point.load()
        check_version(module)
        notes = register(manager, module, plugin.key)
        markets = markets_of(manager, module)
    except PLUGIN_FAULTS as error:
        if manager.has_plugin(plugin.key):
            manager.unregister(name=plugin.key)
        log.debug("plugin %s failed to load", plugin.name, exc_info=True)
        return replace(plugin, error=reason_of(error)), []
    regions = tuple(market.region for market in markets)
    return replace(plugin, regions=regions, notes=notes), markets


def _without_rivals(manager: pluggy.PluginManager, plugins: list[Plugin]) -> Iterable[Plugin]:
    """Leaves out every plugin whose region another one claims too: neither can be trusted more."""
    for plugin in plugins:
        rivals = [
            (other, region)
            for other in plugins
            for region in other.regions
            if other is not plugin and region in plugin.regions
        ]
        if rivals:
            manager.unregister(name=plugin.key)
            other, region = rivals[0]
            reason = (
                f"region {region} is claimed by both {plugin.label} and {other.label}: "
                "uninstall one of them"
            )
            yield replace(plugin, error=reason)
        else:
            yield plugin
