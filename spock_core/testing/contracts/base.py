"""What all contracts share: the market that they are about."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest

from spock_core.domain import Market
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.testing.failures import fail
from spock_core.testing.installed import package_of


class Contracts:
    """Tests of one region's market, by name."""

    region: ClassVar[str]
    distribution: ClassVar[str | None]
    new_mics: ClassVar[frozenset[str]]

    @pytest.fixture
    def market(self) -> Market:
        """The market, as it is installed."""
        return installed(self.region)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A contract of exchanges is a test for each that the market declares."""
        if "exchange" not in metafunc.fixturenames:
            return
        market = _loaded().markets.get(self.region)
        exchanges = market.exchanges if market else ()
        metafunc.parametrize("exchange", exchanges, ids=[one.list_name for one in exchanges])


@cache
def _loaded() -> Plugins:
    """What is installed. It is loaded once to look at: every contract wants to know the market."""
    return load_plugins()


def installed(region: str) -> Market:
    """The market of a region; the test fails, saying why, where there is none."""
    plugins = _loaded()
    if region in plugins.markets:
        return plugins.markets[region]
    broken = [one for one in plugins.broken if region in (*one.regions, one.name.upper())]
    if broken:
        fail(
            f"region {region} is not there: {broken[0].label} is not loaded: {broken[0].error}",
            "mend what the plugin's import or its Market says; `spock regions` repeats it",
        )
    others = "".join(f"; {one.label} is not loaded: {one.error}" for one in plugins.broken)
    fail(
        f"nothing installed brings region {region}{others}",
        'pip install -e . beside pyproject.toml, whose [project.entry-points."spock.plugins"] '
        f"names the module with spock_markets, which gives the market of {region}",
    )


def check_nothing_passed_over(plugins: Plugins, region: str) -> None:
    """Fails where a run passed over what the region's package gave."""
    ours = package_of(region, plugins)
    for (plugin, where), reason in plugins.faults.items():
        if plugin in ours:
            fail(
                f"{where} of {plugin} was passed over: {reason}",
                f"let {where} give what docs/plugins.md says of it, or None",
            )
