"""Finds and loads plugins. One that cannot be loaded is reported and does not affect the others."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint

import pluggy

from spock_core.domain import Market
from spock_core.domain.errors import UsageError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.text import sanitize
from spock_core.plugins import hookspecs
from spock_core.plugins.calling.folder import folder_kept
from spock_core.plugins.faults import reason_of, shown
from spock_core.plugins.installed import plugin_entry_points
from spock_core.plugins.registry import BUILT_IN, Plugin, Plugins
from spock_core.plugins.validation import check_market

log = logging.getLogger(__name__)


def check_version(module: object) -> None:
    """Raises `UsageError` if a plugin was made for a version of the hooks that is not supported."""
    made_for = getattr(module, "SPOCK_HOOKS", hookspecs.HOOK_VERSION)
    newest, oldest = hookspecs.HOOK_VERSION, hookspecs.OLDEST_HOOK_VERSION
    if not isinstance(made_for, int):
        raise UsageError(f"its SPOCK_HOOKS is {made_for!r}, not a number such as {newest}")
    if made_for > newest:
        raise UsageError(
            f"it needs version {made_for} of the hooks and this spock-core has version "
            f"{newest}: upgrade spock-core"
        )
    if made_for < oldest:
        raise UsageError(
            f"it was made for version {made_for} of the hooks and this spock-core takes plugins "
            f"made for version {oldest} or later: upgrade the plugin"
        )


def register(manager: pluggy.PluginManager, module: object, name: str) -> tuple[str, ...]:
    """Registers a plugin and returns the deprecation warnings that this causes.

    Raises `UsageError` if the plugin implements a hook that does not exist, or takes a parameter
    that the hook does not have.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            manager.register(module, name=name)
        except pluggy.PluginValidationError as error:
            raise UsageError(" ".join(f"{error}".split())) from error
    for caller in manager.get_hookcallers(module) or ():
        optional = any(i.optionalhook for i in caller.get_hookimpls() if i.plugin is module)
        if not caller.has_spec() and not optional:
            raise UsageError(
                f"it implements {caller.name}, which this spock-core does not have: "
                "upgrade spock-core, or correct the name"
            )
    return tuple(dict.fromkeys(sanitize(str(one.message)) for one in caught))


def markets_of(manager: pluggy.PluginManager, module: object) -> list[Market]:
    """Returns the markets of a plugin. Raises `UsageError` for one that cannot be used."""
    others = manager.get_plugins() - {module}
    markets: dict[str, Market] = {}
    for answer in manager.subset_hook_caller("spock_markets", others)():
        for market in answer:
            if not isinstance(market, Market):
                raise UsageError(f"spock_markets returned {shown(market)}, which is not a Market")
            if market.region in markets:
                raise UsageError(f"spock_markets returned two markets for region {market.region}")
            check_market(market)
            markets[market.region] = market
    return list(markets.values())


def load_plugins() -> Plugins:
    """Loads the built-in plugins and everything installed in the group `spock.plugins`."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for module in BUILT_IN:
        manager.register(import_module(module), name=module)
    found: list[tuple[Plugin, list[Market]]] = []
    with folder_kept():
        for entry_point in plugin_entry_points():
            found.append(_load(manager, entry_point))
    plugins = Plugins(manager)
    plugins.plugins = tuple(_without_rivals(manager, [plugin for plugin, _ in found]))
    working = {plugin.key for plugin in plugins.plugins if not plugin.error}
    markets = [m for plugin, brought in found if plugin.key in working for m in brought]
    plugins.markets = {m.region: m for m in sorted(markets, key=lambda m: (m.priority, m.region))}
    return plugins


def _load(manager: pluggy.PluginManager, entry_point: EntryPoint) -> tuple[Plugin, list[Market]]:
    about = entry_point.dist.metadata if entry_point.dist else None  # read from its file each time
    plugin = Plugin(
        name=entry_point.name,
        distribution=about["Name"] if about else entry_point.module,
        version=about["Version"] if about else "",
    )
    try:
        module = entry_point.load()
        check_version(module)
        notes = register(manager, module, plugin.key)
        markets = markets_of(manager, module)
    except PLUGIN_FAULTS as error:
        pass_on(error)
        if manager.has_plugin(plugin.key):
            manager.unregister(name=plugin.key)
        log.debug("plugin %s failed to load", plugin.name, exc_info=True)
        return replace(plugin, error=reason_of(error)), []
    regions = tuple(market.region for market in markets)
    return replace(plugin, regions=regions, notes=notes), markets


def _without_rivals(manager: pluggy.PluginManager, plugins: list[Plugin]) -> Iterable[Plugin]:
    """Unloads all plugins that share a region: there is no way to tell which one is right."""
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
