"""What all contracts share: the installed market."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest

from spock_core.domain import Market
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.testing.failures import fail
from spock_core.testing.installed import plugins_of_package


class Contracts:
    """Base of the test classes of contracts."""

    region: ClassVar[str]
    distribution: ClassVar[str | None]
    new_mics: ClassVar[frozenset[str]]

    @pytest.fixture
    def market(self) -> Market:
        """The installed market of the region."""
        return installed_market(self.region)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Runs a contract with the parameter `exchange` once for each exchange of the market."""
        if "exchange" not in metafunc.fixturenames:
            return
        market = _loaded().markets.get(self.region)
        exchanges = market.exchanges if market else ()
        metafunc.parametrize("exchange", exchanges, ids=[one.list_name for one in exchanges])


@cache
def _loaded() -> Plugins:
    """Returns the installed plugins, loaded once for all contracts."""
    return load_plugins()


def installed_market(region: str) -> Market:
    """Returns the installed market of a region. Fails the test with the reason if there is none."""
    plugins = _loaded()
    if region in plugins.markets:
        return plugins.markets[region]
    broken = [one for one in plugins.broken if region in (*one.regions, one.name.upper())]
    if broken:
        fail(
            f"region {region} is not installed: {broken[0].label} is not loaded: {broken[0].error}",
            "correct the module or its Market; `spock regions` shows the same reason",
        )
    others = "".join(f"; {one.label} is not loaded: {one.error}" for one in plugins.broken)
    fail(
        f"no installed plugin has region {region}{others}",
        "run pip install -e . in the folder of pyproject.toml; its "
        '[project.entry-points."spock.plugins"] must name the module whose spock_markets '
        f"returns the market of {region}",
    )


def check_no_faults(plugins: Plugins, region: str) -> None:
    """Fails the test if a run reported a fault of the region's package."""
    ours = plugins_of_package(region, plugins)
    for (plugin, where), reason in plugins.faults.items():
        if plugin in ours:
            fail(
                f"{where} of plugin {plugin} failed: {reason}",
                f"let {where} return what docs/plugins.md says, or None",
            )
