"""What all contracts of a source share: the installed source, and what is made up for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest

from spock_core.domain import Listing, Market
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.source import Source, TableSource
from spock_core.domain.tables import TableRow
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.universe import SERVICES_HOOK, TABLES_HOOK, make_universe
from spock_core.settings.names import variable_of
from spock_core.testing.asked_source import AskedSource, raw_source
from spock_core.testing.contracts.sources.stated import AuthorFacts
from spock_core.testing.failures import fail
from spock_core.testing.installed import NEIGHBOUR, market_alone
from spock_core.testing.listings import listings, sandbox_size_for, typed
from spock_core.testing.table_files import MadeUpFile, made_up_files

STOCKS = 60
"""Stocks of the made-up market."""
_HOOKS = {TABLES_HOOK: "a mapping of names to bytes", SERVICES_HOOK: "a tuple of MadeUpService"}
"""What hooks for the sandbox return."""


class SourceContracts:
    """Base of the test classes of a source's contracts."""

    stated: ClassVar[AuthorFacts]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Runs a contract with the parameter `region` once for each region of the source."""
        if "region" in metafunc.fixturenames:
            metafunc.parametrize("region", regions_of(self.stated))

    @pytest.fixture
    def source(self, spock_folder: object, monkeypatch: pytest.MonkeyPatch) -> AskedSource:
        """The installed source, with the settings and in a folder with the files that it needs."""
        check_is_installed(self.stated.source)
        return prepared(self.stated, monkeypatch)

    @pytest.fixture
    def market(self, region: str) -> Market:
        """The installed market of a region, or one that is made up."""
        return market_alone(region).markets[region]

    @pytest.fixture
    def stocks(self, market: Market) -> Mapping[str, Listing]:
        """The made-up listings of the market by ticker, each with its kind."""
        return made_up_listings(market.region)

    @pytest.fixture
    def files(self, source: AskedSource, market: Market) -> list[MadeUpFile]:
        """The made-up files of a table source. Fails the test if there is none."""
        files = source.files(market)
        found = made_up_files(files, made_up_tables(market.region))
        if not found:
            names = ", ".join(one.name for one in files) or "no file at all"
            fail(
                f"source {source.name} reads {names} for {market.region}, and "
                "spock_sandbox_tables makes up none of its files",
                "return {name: content} of the files by their documented names for the markets "
                "that the source knows",
            )
        return found


def prepared(stated: AuthorFacts, monkeypatch: pytest.MonkeyPatch) -> AskedSource:
    """Returns the source after its settings were set and its files were written."""
    for name, value in stated.settings.items():
        monkeypatch.setenv(variable_of(name), value)
    monkeypatch.setenv(variable_of("cache_folder"), str(Path.cwd() / "cache"))
    for path, text in stated.files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    return AskedSource(load_plugins(), stated.source)


def check_is_installed(name: str) -> None:
    """Fails the test with the reason if no installed plugin has this source."""
    plugins = load_plugins()
    if name in sources_of(plugins):
        return
    reasons = [f"{one.label} is not loaded: {one.error}" for one in plugins.broken]
    reasons += [f"{where} of {plugin}: {why}" for (plugin, where), why in plugins.faults.items()]
    fail(
        f"no installed plugin has source {name}{''.join(f'; {one}' for one in reasons)}",
        "run pip install -e . in the folder of pyproject.toml; its "
        '[project.entry-points."spock.plugins"] must name the module whose spock_sources returns '
        f"a source with the name {name}",
    )


def installed(name: str) -> Source | None:
    """Returns an installed source, or None."""
    plugins = _loaded()
    return raw_source(plugins, name) if name in sources_of(plugins) else None


def regions_of(stated: AuthorFacts) -> tuple[str, ...]:
    """Returns the regions with which a source is tested.

    They are those that its author names, else those that it states, else all installed ones of
    which it knows something. A market is made up if there is none.
    """
    source = installed(stated.source)
    about = getattr(source, "about", None)
    regions = stated.regions or tuple(getattr(about, "regions", ()))
    if not regions:
        markets = _loaded().markets
        regions = tuple(code for code, one in markets.items() if _knows(source, one))
    return regions or (NEIGHBOUR,)


def _knows(source: Source | None, market: Market) -> bool:
    """Whether a source has something to say of a market: a table source has files for it."""
    if not isinstance(source, TableSource):
        return True
    try:
        return bool(source.files(market))
    except PLUGIN_FAULTS as error:
        pass_on(error)
        return True


@cache
def _loaded() -> Plugins:
    """Returns the installed plugins, loaded once for all contracts."""
    return load_plugins()


@cache
def made_up_listings(region: str, number: int = STOCKS) -> Mapping[str, Listing]:
    """Returns the listings of a made-up universe with about this number of stocks by ticker, as a
    table source sees them."""
    market = market_alone(region).markets[region]
    return {one.ticker: typed(market, one) for one in listings(region, number)}


@cache
def made_up_universe(region: str, number: int = STOCKS) -> Universe:
    """Returns that universe, with what all table and query sources have of it.

    Fails the test if a plugin's hook for them fails.
    """
    plugins = market_alone(region)
    universe = make_universe(plugins, sandbox_size_for(region, number))
    for (plugin, hook), reason in plugins.faults.items():
        if hook in _HOOKS:
            fail(f"{hook} of {plugin}: {reason}", f"let {hook} return {_HOOKS[hook]}")
    return universe


def made_up_tables(region: str) -> Mapping[str, bytes]:
    """Returns the files that all table sources have for that universe, by name."""
    return made_up_universe(region).tables


def rows_of(
    source: AskedSource, market: Market, files: list[MadeUpFile], stocks: Mapping[str, Listing]
) -> list[TableRow]:
    """Returns what a source says of its made-up files."""
    tables = [file.read() for file in files]
    return source.rows(market, tables, stocks, f"for its made-up files of {market.region}")
