"""Contracts of what a market states: its codes, its values, and who brings it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from spock_core.domain import Exchange, Market
from spock_core.domain.market_checks import FACTS
from spock_core.plugins import iso_codes
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.validation import market_faults
from spock_core.sandbox.plain_recipe import plain_recipe
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.failures import fail
from spock_core.testing.installed import listers


class FactContracts(Contracts):
    """What can be said of a market without a listing."""

    def test_the_installed_plugin_brings_the_region(
        self, market: Market, request: pytest.FixtureRequest
    ) -> None:
        """The region is this distribution's and nobody else's."""
        plugin = load_plugins().plugin_of(market.region)
        owner = plugin.distribution if plugin else "nothing installed"
        wanted = self.distribution or _project_above(request.path)
        if wanted is not None and _plain(owner) != _plain(wanted):
            fail(
                f"region {market.region} is brought by {owner}, not by {wanted}",
                f"install this package (pip install -e .) and uninstall {owner}",
            )

    def test_somebody_gives_its_lists(self, market: Market) -> None:
        """Core, or an installed plugin."""
        if plain_recipe(market) is None and not listers(load_plugins()):
            fail(
                f"nothing installed gives the lists of {market.region}, which is listed by "
                f"{market.listed_by!r}" + " and has no KIS code" * (market.listed_by == "kis"),
                "implement spock_listings, or install the listing source of that name, or say "
                'listed_by="kis", "yahoo" or "csv" with what it needs',
            )

    def test_the_region_is_a_country(self, market: Market) -> None:
        """ISO 3166."""
        if iso_codes.country_name(market.region) is None:
            fail(
                f"region {market.region!r} is no ISO 3166 alpha-2 code",
                FACTS["region"].advice,
            )

    def test_it_gives_the_same_market_each_time(self, market: Market) -> None:
        """What is asked for twice must not change under a run."""
        again = load_plugins().markets[market.region]
        if again != market:
            fail(
                "spock_markets gives another market each time it is asked",
                "make the Market once, as a module's constant, and give that",
            )

    def test_its_mics_are_real(self, exchange: Exchange, market: Market) -> None:
        """ISO 10383: known, in use, and in this country."""
        from importlib.metadata import version

        if exchange.mic in self.new_mics:
            return
        known = iso_codes.mics().get(exchange.mic)
        mend = f"look the MIC up in ISO 10383 and correct Exchange({exchange.mic!r}, …)"
        if known is None:
            fail(
                f"MIC {exchange.mic} is not in ISO 10383 as of iso10383 {version('iso10383')}",
                f"{mend}; of a newer one say market_contract({market.region!r}, "
                f"new_mics=({exchange.mic!r},))",
            )
        name, country, in_use = known
        if country != market.region:
            fail(f"MIC {exchange.mic} is {name} in {country}, not in {market.region}", mend)
        if not in_use:
            fail(f"MIC {exchange.mic} ({name}) has expired", mend)

    def test_its_currencies_are_real(self, exchange: Exchange) -> None:
        """ISO 4217."""
        if iso_codes.currency_name(exchange.currency) is None:
            fail(
                f"exchange {exchange.list_name}: {exchange.currency!r} is no ISO 4217 currency",
                f"{FACTS['currency'].advice}: that in which the venue trades",
            )

    def test_its_yahoo_codes_are_real(self, exchange: Exchange) -> None:
        """Yahoo refuses a screen over an exchange that it does not have."""
        known = iso_codes.yahoo_exchanges()
        for code in exchange.yahoo_codes:
            if not any(code in of_country for of_country in known.values()):
                here = ", ".join(sorted(known.get(self.region.lower(), ())))
                fail(
                    f"exchange {exchange.list_name}: Yahoo has no exchange {code!r}",
                    f"Yahoo's codes in {self.region} are {here}" if here else "leave it out",
                )

    def test_its_meanings_and_judgements_can_be_used(self, market: Market) -> None:
        """GICS codes, confidences, reasons and patterns: those that the loader checks as well."""
        for fault, advice in market_faults(market):
            fail(f"{market.region}: {fault}", advice)


def _project_above(path: Path) -> str | None:
    """The name of the project in which the tests are."""
    for folder in path.parents:
        file = folder / "pyproject.toml"
        if file.exists():
            project = tomllib.loads(file.read_text("utf-8")).get("project", {})
            name: str | None = project.get("name")
            return name
    return None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
