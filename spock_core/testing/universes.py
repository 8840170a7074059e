"""Universes in which providers know less than in the sandbox's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sandbox.universe import businesses_of, services_of


def knowing_nothing(plugins: Plugins, universe: Universe) -> Universe:
    """Returns a universe in which query sources' providers know no instrument."""
    return knowing(plugins, universe, lambda _: False)


def knowing(plugins: Plugins, universe: Universe, known: Callable[[Instrument], bool]) -> Universe:
    """Returns a universe in which query sources' providers know these instruments alone.

    Its tables are as they were.
    """
    lists = {
        key: tuple(one for one in instruments if known(one))
        for key, instruments in universe.lists.items()
    }
    fewer = Universe(lists)
    regions = {region for region, _ in lists}
    businesses = {
        listing: code
        for region in regions
        if region in plugins.markets
        for listing, code in businesses_of(
            plugins.markets[region],
            Universe({key: some for key, some in lists.items() if key[0] == region}),
        ).items()
    }
    services = tuple(services_of(plugins, businesses))
    return replace(fewer, tables=universe.tables, services=services)
