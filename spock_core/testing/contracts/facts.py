"""Contracts of what a market states about itself: codes, values, and its package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from spock_core.domain import Exchange, Market
from spock_core.domain.market_checks import FACTS
from spock_core.plugins.checking import iso_codes
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.validation import market_faults
from spock_core.sandbox.plain_recipe import plain_recipe
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import fail
from spock_core.testing.installed import listing_plugins


class FactContracts(Contracts):
    """Contracts that need no listing."""

    def test_the_installed_plugin_brings_the_region(
        self, market: Market, request: pytest.FixtureRequest
    ) -> None:
        """The market of the region is the one of this distribution."""
        plugin = load_plugins().plugin_of(market.region)
        owner = plugin.distribution if plugin else "nothing installed"
        wanted = self.distribution or project_above(request.path)
        if wanted is not None and plain_name(owner) != plain_name(wanted):
            fail(
                f"region {market.region} is brought by {owner}, not by {wanted}",
                f"install this package (pip install -e .) and uninstall {owner}",
            )

    def test_somebody_gives_its_lists(self, market: Market) -> None:
        """Core or an installed plugin has the market's lists."""
        if plain_recipe(market) is None and not listing_plugins(load_plugins()):
            fail(
                f"no installed plugin has the lists of {market.region}, which is listed by "
                f"{market.listed_by!r}" + " and has no KIS code" * (market.listed_by == "kis"),
                "implement spock_listings, or install the listing source of that name, or use "
                'listed_by="kis", "yahoo" or "csv" with what it needs',
            )

    def test_the_region_is_a_country(self, market: Market) -> None:
        """The region is in ISO 3166."""
        if iso_codes.country_name(market.region) is None:
            fail(
                f"region {market.region!r} is not in ISO 3166",
                FACTS["region"].advice,
            )

    def test_it_gives_the_same_market_each_time(self, market: Market) -> None:
        """A market must not change during a run."""
        again = load_plugins().markets[market.region]
        if again != market:
            fail(
                "spock_markets returns another market each time it is called",
                "make the Market once, as a constant of the module, and return that",
            )

    def test_its_mics_are_real(self, exchange: Exchange, market: Market) -> None:
        """Each MIC is in ISO 10383, in use, and in this country."""
        from importlib.metadata import version

        if exchange.mic in self.new_mics:
            return
        known = iso_codes.mics().get(exchange.mic)
        advice = f"look the MIC up in ISO 10383 and correct Exchange({exchange.mic!r}, …)"
        if known is None:
            fail(
                f"MIC {exchange.mic} is not in ISO 10383 as of iso10383 {version('iso10383')}",
                f"{advice}; if it is too new for that version: market_contract({market.region!r}, "
                f"new_mics=({exchange.mic!r},))",
            )
        name, country, in_use = known
        if country != market.region:
            fail(f"MIC {exchange.mic} is {name} in {country}, not in {market.region}", advice)
        if not in_use:
            fail(f"MIC {exchange.mic} ({name}) has expired", advice)

    def test_its_currencies_are_real(self, exchange: Exchange) -> None:
        """Each currency is in ISO 4217."""
        if iso_codes.currency_name(exchange.currency) is None:
            fail(
                f"exchange {exchange.list_name}: {exchange.currency!r} is not in ISO 4217",
                f"{FACTS['currency'].advice}, of the currency in which the venue trades",
            )

    def test_its_yahoo_codes_are_real(self, exchange: Exchange) -> None:
        """Yahoo has each exchange; it rejects a screen over one that it does not have."""
        known = iso_codes.yahoo_exchanges()
        for code in exchange.yahoo_codes:
            if not any(code in of_country for of_country in known.values()):
                here = ", ".join(sorted(known.get(self.region.lower(), ())))
                fail(
                    f"exchange {exchange.list_name}: Yahoo has no exchange {code!r}",
                    f"Yahoo's codes in {self.region} are {here}" if here else "remove it",
                )

    def test_its_meanings_and_judgements_can_be_used(self, market: Market) -> None:
        """Their codes, confidences, reasons and patterns are valid; the loader checks the same."""
        for fault, advice in market_faults(market):
            fail(f"{market.region}: {fault}", advice)


def project_above(path: Path) -> str | None:
    """Returns the project name in the nearest `pyproject.toml` above the tests, or None."""
    for folder in path.parents:
        file = folder / "pyproject.toml"
        if file.exists():
            project = tomllib.loads(file.read_text("utf-8")).get("project", {})
            name: str | None = project.get("name")
            return name
    return None


def plain_name(name: str) -> str:
    """Returns the name of a distribution as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
