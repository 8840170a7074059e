"""Contracts of whole runs with a source, and without it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import pytest

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox, serve
from spock_core.settings.names import variable_of
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.command import Outcome, Spock
from spock_core.testing.contracts.sources.base import (
    STOCKS,
    SourceContracts,
    made_up_tables,
    regions_of,
)
from spock_core.testing.failures import fail
from spock_core.testing.installed import market_alone, with_lists, without_source
from spock_core.testing.listings import exchange_listings

DATABASE = "sqlite:///spock.db"
_SAID = """
    SELECT ticker, words FROM observations WHERE source = ? ORDER BY ticker
"""
_IDENTIFIED = "SELECT ticker, scheme, value FROM identifiers WHERE source = ? ORDER BY 1, 2, 3"
_KEPT: dict[tuple[str, str], bytes] = {}
"""The register after a first run, by source and region."""


class SourceRunContracts(SourceContracts):
    """In the sandbox a run asks the source, and another one has nothing to do."""

    def test_a_run_keeps_what_it_says(self, source: AskedSource, spock: Spock) -> None:
        """A run with the source does well and stores its observations or identifiers."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
        if not said(spock, source.name) and not identified(spock, source.name):
            fail(
                f"a run stored nothing of source {source.name}",
                "return TableRow or Observation for listings of the register, with the words that "
                "claim reads or with identifiers",
            )

    def test_a_second_run_changes_nothing(self, source: AskedSource, spock: Spock) -> None:
        """The register is the same after another run."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            before = _register(spock)
            self.check(self.enrich(spock, sandbox))
        if _register(spock) != before:
            fail(
                f"a second run with source {source.name} changed the register",
                "let it say the same of the same listings and tables in every run",
            )

    def test_what_it_said_outlives_it(self, source: AskedSource, spock: Spock) -> None:
        """Without the source, runs do well, its observations stay, and `spock show` tells them."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            before = said(spock, source.name), identified(spock, source.name)
            fewer = without_source(self.plugins(), source.name)
            outcome = self.enrich(spock, sandbox, fewer, sources=("kis",))
            if outcome.code:
                fail(
                    f"without source {source.name} a run ends with {outcome.code}: "
                    f"{outcome.err.strip()}",
                    "let no other code of the package need the source",
                )
        if (said(spock, source.name), identified(spock, source.name)) != before:
            fail(
                f"without source {source.name} its observations are gone",
                "let no code of the package write the register",
            )
        if before[0]:
            shown = spock("show", f"{self.region}:{before[0][0][0]}", "--database", DATABASE,
                          plugins=without_source(self.plugins(), source.name))  # fmt: skip
            if shown.code or source.name not in shown.out or "not installed" not in shown.out:
                fail(
                    f"without source {source.name} `spock show` ends with {shown.code} and does "
                    f"not tell what it said: {shown.err.strip()}",
                    "use plain text in words: the register must not need the source",
                )

    sandbox_advice = "let spock_sandbox_tables return the files of the source as its format says"
    """What to change where the source cannot be asked in the sandbox."""

    @property
    def number(self) -> int:
        """Stocks of the made-up market in all runs."""
        return STOCKS

    @property
    def region(self) -> str:
        """The region of all runs: the first one."""
        return regions_of(self.stated)[0]

    def plugins(self) -> Plugins:
        """The installed plugins with this market alone, and made-up lists."""
        market = market_alone(self.region).markets[self.region]
        return with_lists(
            self.region,
            lambda exchange: enumerate(exchange_listings(market, exchange, self.number), start=1),
        )

    @contextlib.contextmanager
    def run_in_sandbox(self, spock: Spock) -> Iterator[Sandbox]:
        """Serves what the source asks for inside the `with` statement."""
        with serve(Universe({}, dict(made_up_tables(self.region))), {}) as sandbox:
            yield sandbox

    def first_run(self, spock: Spock, sandbox: Sandbox) -> None:
        """Provides a register after a run. There is one run for each source and region; further
        calls copy its register."""
        key, path = (self.stated.source, self.region), spock.folder / "spock.db"
        if key in _KEPT:
            path.write_bytes(_KEPT[key])
            return
        outcome = self.check(self.enrich(spock, sandbox))
        for line in outcome.err.splitlines():
            if f"{self.stated.source} has no usable table" in line or "is not asked" in line:
                fail(
                    f"a run in the sandbox says: {line}",
                    self.sandbox_advice,
                )
        _KEPT[key] = path.read_bytes()

    def sources(self) -> tuple[str, ...]:
        """Returns the sources of a run with the source."""
        return ("kis", self.stated.source)

    def addresses(self, sandbox: Sandbox) -> Mapping[str, str]:
        """Returns the settings that send the source to the sandbox."""
        return {"tables_url": sandbox.tables_url}

    def enrich(
        self,
        spock: Spock,
        sandbox: Sandbox,
        plugins: Plugins | None = None,
        *more: str,
        sources: tuple[str, ...] = (),
    ) -> Outcome:
        """Runs `spock enrich` with the source, over the made-up lists and tables."""
        plugins = plugins or self.plugins()
        with pytest.MonkeyPatch.context() as patch:
            for name, address in self.addresses(sandbox).items():
                patch.setenv(variable_of(name), address)
            outcome = spock(
                "enrich", "--json", "--regions", self.region,
                "--sources", *(sources or self.sources()),
                "--max-retries", 1, "--retry-delay", 0, "--database", DATABASE, *more,
                plugins=plugins,
            )  # fmt: skip
        for (plugin, where), reason in plugins.faults.items():
            if self.stated.source in where or "spock_sources" in where:
                fail(
                    f"{where} of plugin {plugin} failed: {reason}",
                    "return what docs/plugins.md says",
                )
        return outcome

    def check(self, outcome: Outcome) -> Outcome:
        """Fails the test unless a run did well."""
        if outcome.code:
            fail(
                f"a run in the sandbox ended with {outcome.code}: {outcome.err.strip()}",
                f"run `spock enrich --sandbox --regions {self.region} --sources "
                f"{self.stated.source} --verbose` to see the reason",
            )
        return outcome


def said(spock: Spock, source: str) -> list[tuple[str, Mapping[str, str]]]:
    """Returns the source's observations in the register."""
    return [(row[0], row[1]) for row in spock.rows(_SAID, source)]


def identified(spock: Spock, source: str) -> list[tuple[str, ...]]:
    """Returns the identifiers in the register that the source states."""
    return spock.rows(_IDENTIFIED, source)


def _register(spock: Spock) -> list[tuple[object, ...]]:
    """Returns what the register says of the stocks, without the times."""
    rows = spock.rows("SELECT region, ticker, source, words FROM observations ORDER BY 1, 2, 3")
    rows += spock.rows(
        "SELECT region, ticker, sector_code, industry_code, is_spac, sector_source, "
        "sector_confidence FROM stock_details ORDER BY 1, 2"
    )
    return rows
