"""Selects the markets and sources of a run from what is installed."""

from __future__ import annotations

from spock_core.domain import Market
from spock_core.domain.errors import UsageError
from spock_core.domain.queries import QuerySource
from spock_core.domain.source import Source, TableSource
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.registry import Plugins
from spock_core.settings.model import Settings
from spock_core.settings.names import variable_of

ALL = "ALL"


def select_markets(settings: Settings, plugins: Plugins) -> list[Market]:
    """Returns the markets of `regions`, in that order; `ALL` stands for all by their priority.

    Raises `UsageError` if a region has no market, or if none is installed.
    """
    if not plugins.markets:
        raise UsageError(nothing_installed(plugins))
    if ALL in settings.regions:
        return list(plugins.markets.values())
    for region in settings.regions:
        if region not in plugins.markets:
            raise UsageError(_not_installed(region, plugins))
    return [plugins.markets[region] for region in dict.fromkeys(settings.regions)]


def select_sources(settings: Settings, plugins: Plugins) -> dict[str, Source]:
    """Returns the sources of `sources` and `opt_in` by name; `ALL` stands for all that are on by
    default. Raises `UsageError` for an unknown one.
    """
    sources = sources_of(plugins)
    wanted = set(settings.sources) - {ALL} | set(settings.opt_in)
    for name in sorted(wanted):
        if name not in sources:
            raise UsageError(f"unknown source {name!r}: choose from {', '.join(sorted(sources))}")
    if ALL in settings.sources:
        wanted |= {name for name, source in sources.items() if not is_opt_in(source)}
    return {name: source for name, source in sources.items() if name in wanted}


def is_opt_in(source: Source) -> bool:
    """Whether a source is used only if the user names it."""
    return isinstance(source, TableSource | QuerySource) and source.about.opt_in


def missing_settings(source: Source, settings: Settings) -> str:
    """Returns the variables of the settings that a source requires and that are not set, for
    messages; empty text if it can be asked. A setting may also be given in a file."""
    requires = source.about.requires if isinstance(source, TableSource | QuerySource) else ()
    return ", ".join(
        variable_of(name)
        for name in requires
        if getattr(settings, name, None) is None and getattr(settings, f"{name}_file", None) is None
    )


def nothing_installed(plugins: Plugins) -> str:
    """Returns the message for an installation without any market."""
    if plugins.broken:
        first = plugins.broken[0]
        return f"no market could be loaded: {first.label}: {first.error}"
    return f"no market is installed: pip install one or more of {', '.join(_known_markets())}"


def _not_installed(region: str, plugins: Plugins) -> str:
    for plugin in plugins.broken:
        if plugin.name.lower() == region.lower() or region in plugin.regions:
            return f"region {region} could not be loaded: {plugin.label}: {plugin.error}"
    return f"unknown region {region!r}: installed are {', '.join(plugins.markets)}, or ALL"


def _known_markets() -> list[str]:
    """Returns the market packages in the extra `markets` of spock-core."""
    from importlib.metadata import requires

    needs = requires("spock-core") or []
    return [need.split(";")[0].strip() for need in needs if "extra == 'markets'" in need]
